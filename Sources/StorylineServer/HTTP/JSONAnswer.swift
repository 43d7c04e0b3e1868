import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import StorylineModels

/// Answers with JSON.
enum JSONAnswer {
  static func response(
    _ value: some Encodable, cacheControl: String, status: HTTPResponse.Status = .ok
  ) throws -> Response {
    response(encoded: try StorylineJSON.encode(value), cacheControl: cacheControl, status: status)
  }

  static func response(
    encoded data: Data, cacheControl: String, status: HTTPResponse.Status = .ok
  ) -> Response {
    Response(
      status: status, headers: [.contentType: MediaTypes.json, .cacheControl: cacheControl],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
  }
}
