import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import StorylineClient
import StorylineModels

/// Carries the client's requests straight into the server's router, in this process.
struct RouterTransport: HTTPTransport {
  let client: any TestClientProtocol

  func send(_ request: TransportRequest) async throws -> TransportResponse {
    var headers = HTTPFields()
    for header in request.headers {
      guard let name = HTTPField.Name(header.name) else { throw TransportError.cut("no header name: \(header.name)") }
      headers.append(HTTPField(name: name, value: header.value))
    }
    do {
      return try await client.execute(
        uri: request.path, method: HTTPRequest.Method(rawValue: request.method.rawValue) ?? .get, headers: headers,
        body: request.body.map { ByteBuffer(bytes: $0) }
      ) { response in
        TransportResponse(
          status: response.status.code,
          headers: Dictionary(
            response.headers.map { ($0.name.rawName.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first }),
          body: Data(response.body.readableBytesView))
      }
    } catch {
      throw TransportError.cut("\(error)")
    }
  }
}
