import HTTPTypes
import Hummingbird
import StorylineModels

/// Answers with a file whose address is the digest of its bytes: whole, in part, or not at all if the caller has it.
struct FileAnswer: Sendable {
  /// How problems call it, with its article.
  let noun: String
  let digest: String
  let size: Int
  var headers: HTTPFields
  /// The bytes of a range.
  let body: @Sendable (Range<Int>) async throws -> ResponseBody

  /// - Throws: A refusal with 416 for a range that is not in the file.
  func response(to request: Request) async throws -> Response {
    let tag = "\"\(digest)\""
    var headers = headers
    headers[.acceptRanges] = "bytes"
    switch ByteRange(of: request, size: size, tag: tag) {
    case .whole:
      return try await response(0..<size, status: .ok, headers).cacheable(as: tag, for: request, vary: nil)
    case .unsatisfiable:
      throw Refusal(
        problem: Problem(.rangeNotSatisfiable, detail: "\(noun) has \(size) bytes."),
        headers: [.contentRange: "bytes */\(size)"])
    case .part(let range):
      headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
      return try await response(range, status: .partialContent, headers).cacheable(as: tag, for: request, vary: nil)
    }
  }

  private func response(
    _ range: Range<Int>, status: HTTPResponse.Status, _ headers: HTTPFields
  ) async throws -> Response {
    Response(status: status, headers: headers, body: try await body(range))
  }
}
