import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import StorylineModels

/// Errors of the token route in the form of RFC 6749, section 5.2.
enum OAuthAnswer {
  static func response(_ error: OAuthError, status: HTTPResponse.Status = .badRequest) -> Response {
    let data = (try? StorylineJSON.encode(error)) ?? Data("{}".utf8)
    return Response(
      status: status, headers: [.contentType: MediaTypes.json, .cacheControl: CachePolicy.noStore],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
  }

  /// nil for what RFC 6749 has no word for; that stays a problem document on this route too.
  static func response(_ refusal: Refusal) -> Response? {
    guard refusal.problem.status == 503 else { return nil }
    let error = OAuthError(.temporarilyUnavailable, description: refusal.problem.detail ?? refusal.problem.title)
    var response = response(error, status: .serviceUnavailable)
    response.headers[.retryAfter] = refusal.headers[.retryAfter]
    return response
  }
}
