import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import StorylineModels

/// A problem on its way to the caller, with the header fields that belong to it.
struct Refusal: Error {
  var problem: Problem
  var headers: HTTPFields = [:]

  /// The whole answer. `instance` and `X-Request-Id` name the request in the log.
  func response(requestID: String) -> Response {
    let body = encoded(requestID: requestID)
    return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: body))
  }

  /// The answer to a connection that is closed after it, in the parts that the channel takes.
  func closing(requestID: String) -> (head: HTTPResponse, body: ByteBuffer) {
    let body = encoded(requestID: requestID)
    var fields = fields
    fields[.connection] = "close"
    fields[.contentLength] = String(body.readableBytes)
    if let name = HTTPField.Name.requestID { fields[name] = requestID }
    return (HTTPResponse(status: status, headerFields: fields), body)
  }

  private var status: HTTPResponse.Status { HTTPResponse.Status(integerLiteral: problem.status) }

  private var fields: HTTPFields {
    var fields = headers
    fields[.contentType] = MediaTypes.problem
    if fields[.cacheControl] == nil { fields[.cacheControl] = CachePolicy.noStore }
    return fields
  }

  private func encoded(requestID: String) -> ByteBuffer {
    var problem = problem
    problem.instance = requestID
    // Encoding a problem cannot fail; if it did, the status alone would still say enough.
    let data = (try? StorylineJSON.encode(problem)) ?? Data("{}".utf8)
    return ByteBuffer(bytes: data)
  }
}

extension Refusal {
  /// Why a token was not taken.
  enum TokenFault {
    case missing
    case invalid
  }

  static func unauthorized(_ fault: TokenFault) -> Refusal {
    switch fault {
    case .missing:
      Refusal(
        problem: Problem(.unauthorized, detail: "Send the device's access token as “Authorization: Bearer …”."),
        headers: [.wwwAuthenticate: "Bearer realm=\"storyline\""])
    case .invalid:
      Refusal(
        problem: Problem(.unauthorized, detail: "The access token is unknown, expired or revoked."),
        headers: [.wwwAuthenticate: "Bearer realm=\"storyline\", error=\"invalid_token\""])
    }
  }

  /// The token is good, and that its sender may use it was not proved (RFC 9449, section 7.1).
  static func unprovenToken(_ detail: String, error: String) -> Refusal {
    Refusal(
      problem: Problem(.unauthorized, detail: detail),
      headers: [.wwwAuthenticate: "DPoP realm=\"storyline\", error=\"\(error)\", algs=\"ES256\""])
  }

  static func forbidden(needed scope: Scope) -> Refusal {
    Refusal(
      problem: Problem(.forbidden, detail: "This needs a token with the scope “\(scope)”."),
      headers: [
        .wwwAuthenticate: "Bearer realm=\"storyline\", error=\"insufficient_scope\", scope=\"\(scope)\""
      ])
  }

  static func methodNotAllowed(_ allowed: [String]) -> Refusal {
    let list = allowed.joined(separator: ", ")
    return Refusal(
      problem: Problem(.methodNotAllowed, detail: "Allowed here: \(list)."), headers: [.allow: list])
  }

  /// The service cannot do it now and may in `seconds`.
  static func unavailable(_ code: Problem.Code = .maintenance, detail: String, retryAfter seconds: Int) -> Refusal {
    Refusal(problem: Problem(code, detail: detail), headers: [.retryAfter: String(seconds)])
  }

  /// The caller asks too often and may again in `seconds`.
  static func rateLimited(detail: String, retryAfter seconds: Int) -> Refusal {
    Refusal(problem: Problem(.rateLimited, detail: detail), headers: [.retryAfter: String(seconds)])
  }

  static func malformed(_ error: HTTPParserError) -> Refusal {
    let detail = error == .headerOverflow ? "The header fields are too large." : "The request is not valid HTTP."
    return Refusal(problem: Problem(.badRequest, detail: detail))
  }
}
