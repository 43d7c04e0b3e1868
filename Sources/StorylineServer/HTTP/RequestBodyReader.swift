import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import StorylineModels

/// Reads bodies by the rules that hold for all of them: the right type, not too long, UTF-8.
enum RequestBodyReader {
  /// The bytes of a body of type `type`, at most `limit` of them.
  ///
  /// - Throws: A problem with 413 before more than `limit` bytes were read, or with 415.
  static func read(_ request: Request, type: String, limit: Int) async throws -> Data {
    try checkType(of: request, expected: type)
    if let length = request.headers[.contentLength].flatMap(Int.init), length > limit { throw tooLarge(limit) }
    var buffer = ByteBuffer()
    for try await chunk in request.body {
      guard buffer.readableBytes + chunk.readableBytes <= limit else { throw tooLarge(limit) }
      buffer.writeImmutableBuffer(chunk)
    }
    return Data(buffer.readableBytesView)
  }

  /// The same as text.
  ///
  /// - Throws: A problem with 400 if it is not UTF-8, or starts with a byte order mark.
  static func readText(_ request: Request, type: String, limit: Int) async throws -> String {
    let data = try await read(request, type: type, limit: limit)
    // JSON parsers guess UTF-16 from such bytes; two parsers that guess differently see two requests.
    guard !data.starts(with: [0xEF, 0xBB, 0xBF]), !data.starts(with: [0xFE, 0xFF]), !data.starts(with: [0xFF, 0xFE])
    else { throw Problem(.badRequest, detail: "The body begins with a byte order mark; leave it out.") }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw Problem(.badRequest, detail: "The body is not UTF-8.")
    }
    return text
  }

  private static func checkType(of request: Request, expected: String) throws {
    let (type, charset) = MediaTypes.parse(request.headers[.contentType] ?? "")
    guard type == expected, charset == nil || charset == "utf-8" else {
      throw Problem(.unsupportedMediaType, detail: "Send \(expected) in UTF-8.")
    }
    if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
      // RFC 9110, section 15.5.16: this field tells that it is the coding and not the type.
      throw Refusal(
        problem: Problem(.unsupportedMediaType, detail: "Send the body without a content coding."),
        headers: [.acceptEncoding: "identity"])
    }
  }

  private static func tooLarge(_ limit: Int) -> Problem {
    Problem(.requestTooLarge, detail: "A body has at most \(limit) bytes here.", limit: limit)
  }
}
