import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import StorylineGzip
import StorylineModels

/// Reads bodies by the rules that hold for all of them: the right type, not too long, UTF-8.
enum RequestBodyReader {
  /// The bytes of a body of type `type`, at most `limit` of them on their way.
  ///
  /// - Parameter inflatedLimit: How many bytes may come out of a body in gzip; nil takes none in gzip.
  /// - Throws: A problem with 413 before more than `limit` bytes were read or more than `inflatedLimit` came out, or
  ///   with 415.
  static func read(_ request: Request, type: String, limit: Int, inflatedLimit: Int? = nil) async throws -> Data {
    try checkType(of: request, expected: type)
    let isGzip = try isGzip(request, isTaken: inflatedLimit != nil)
    if let length = request.headers[.contentLength].flatMap(Int.init), length > limit { throw tooLarge(limit) }
    var buffer = ByteBuffer()
    for try await chunk in request.body {
      guard buffer.readableBytes + chunk.readableBytes <= limit else { throw tooLarge(limit) }
      buffer.writeImmutableBuffer(chunk)
    }
    let data = Data(buffer.readableBytesView)
    return isGzip ? try inflated(data, limit: inflatedLimit ?? limit) : data
  }

  /// The same as text.
  ///
  /// - Throws: A problem with 400 if it is not UTF-8, or starts with a byte order mark.
  static func readText(
    _ request: Request, type: String, limit: Int, inflatedLimit: Int? = nil
  ) async throws -> String {
    try text(of: try await read(request, type: type, limit: limit, inflatedLimit: inflatedLimit))
  }

  static func text(of data: Data) throws -> String {
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
  }

  private static func isGzip(_ request: Request, isTaken: Bool) throws -> Bool {
    let coding = request.headers[.contentEncoding]?.lowercased() ?? "identity"
    if coding == "identity" { return false }
    if isTaken, coding == "gzip" || coding == "x-gzip" { return true }
    // RFC 9110, section 15.5.16: this field tells that it is the coding and not the type.
    throw Refusal(
      problem: Problem(
        .unsupportedMediaType,
        detail: isTaken ? "A body comes in gzip or without a coding." : "Send the body without a content coding."),
      headers: [.acceptEncoding: isTaken ? "gzip, identity" : "identity"])
  }

  /// Stops as soon as too much comes out: a small body may be made to inflate to gigabytes.
  private static func inflated(_ data: Data, limit: Int) throws -> Data {
    do {
      return try Gzip.inflated(data, limit: limit)
    } catch {
      switch error {
      case .tooLarge(let limit):
        throw Problem(.requestTooLarge, detail: "A body inflates to at most \(limit) bytes here.", limit: limit)
      case .malformed, .truncated:
        throw Problem(.badRequest, detail: "The body is not whole gzip.")
      }
    }
  }

  private static func tooLarge(_ limit: Int) -> Problem {
    Problem(.requestTooLarge, detail: "A body has at most \(limit) bytes here.", limit: limit)
  }
}
