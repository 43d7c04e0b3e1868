import HTTPTypes
import Hummingbird

extension Response {
  /// The answer with its tag, or 304 if the caller has that version.
  ///
  /// - Parameter vary: nil for what has the same bytes for everybody.
  func cacheable(as tag: String, for request: Request, vary: String? = "Accept-Encoding") -> Response {
    var answer = self
    answer.headers[.eTag] = tag
    answer.headers[.vary] = vary
    guard EntityTags.matches(tag, in: request) else { return answer }
    answer.headers[.contentType] = nil
    answer.headers[.contentLength] = nil
    return Response(status: .notModified, headers: answer.headers).withoutLength
  }

  /// A 304 has no body, and a length of 0 would be taken for the length of the version that it stands for.
  private var withoutLength: Response {
    var response = self
    response.headers[.contentLength] = nil
    return response
  }
}
