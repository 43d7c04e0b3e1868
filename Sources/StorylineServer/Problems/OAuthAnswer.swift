import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import StorylineModels

/// An error of the OAuth routes on its way to the caller, with what belongs to it beside RFC 6749's body.
struct OAuthRefusal: Error {
  var error: OAuthError
  var status = HTTPResponse.Status.badRequest
  var headers: HTTPFields = [:]
}

/// Errors of the OAuth routes in the form of RFC 6749, section 5.2.
enum OAuthAnswer {
  static func response(
    _ error: OAuthError, status: HTTPResponse.Status = .badRequest, headers: HTTPFields = [:]
  ) -> Response {
    let data = (try? StorylineJSON.encode(error)) ?? Data("{}".utf8)
    var fields = headers
    fields[.contentType] = MediaTypes.json
    fields[.cacheControl] = CachePolicy.noStore
    return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
  }

  static func response(_ refusal: OAuthRefusal) -> Response {
    response(refusal.error, status: refusal.status, headers: refusal.headers)
  }

  /// nil for what RFC 6749 has no word for; that stays a problem document on these routes too.
  static func response(_ refusal: Refusal) -> Response? {
    guard refusal.problem.status == 503 else { return nil }
    let error = OAuthError(.temporarilyUnavailable, description: refusal.problem.detail ?? refusal.problem.title)
    var response = response(error, status: .serviceUnavailable)
    response.headers[.retryAfter] = refusal.headers[.retryAfter]
    return response
  }
}

extension ProofChecker.Failure {
  /// As the addresses where tokens are had say it (RFC 9449, sections 5 and 8).
  var refusal: any Error {
    switch self {
    case .nonceNeeded(let nonce):
      let error = OAuthError(.useNonce, description: "Send the request again with the nonce in the proof.")
      return OAuthRefusal(error: error, headers: .nonce(nonce))
    case .invalid(let why): return OAuthError(.invalidProof, description: why)
    case .busy: return Refusal.unavailable(detail: "Proofs cannot be checked now.", retryAfter: 5)
    }
  }

  /// As the addresses where tokens are used say it (RFC 9449, section 9).
  var challenge: any Error {
    switch self {
    case .nonceNeeded(let nonce):
      let detail = "Send the request again with the nonce in the proof."
      var refusal = Refusal.unprovenToken(detail, error: OAuthError.Code.useNonce.rawValue)
      if let name = HTTPField.Name.proofNonce { refusal.headers[name] = nonce }
      return refusal
    case .invalid(let why): return Refusal.unprovenToken(why, error: OAuthError.Code.invalidProof.rawValue)
    case .busy: return Refusal.unavailable(detail: "Proofs cannot be checked now.", retryAfter: 5)
    }
  }
}

extension HTTPFields {
  static func nonce(_ nonce: String) -> HTTPFields {
    var fields: HTTPFields = [:]
    if let name = HTTPField.Name.proofNonce { fields[name] = nonce }
    return fields
  }
}
