import Foundation
import StorylineClient

/// How a reply ends too early.
enum Cut: Hashable, Sendable {
  /// After so many bytes of its body, and nothing tells that there were more.
  case short(Int)
  /// The connection breaks after so many bytes, and the transport says so.
  case broken(Int)
}

/// Cuts the first reply that it is asked to cut, and no other.
actor CuttingTransport: HTTPTransport {
  typealias Target = @Sendable (TransportRequest, TransportResponse) -> Bool

  private let inner: any HTTPTransport
  private let isTarget: Target
  private let cut: Cut?
  /// The bytes of the reply that was to be cut.
  private(set) var length: Int?

  init(_ inner: any HTTPTransport, _ cut: Cut?, at isTarget: @escaping Target) {
    self.inner = inner
    self.isTarget = isTarget
    self.cut = cut
  }

  func send(_ request: TransportRequest) async throws -> TransportResponse {
    var response = try await inner.send(request)
    guard length == nil, isTarget(request, response) else { return response }
    length = response.body.count
    switch cut {
    case nil: break
    case .short(let count): response.body = response.body.prefix(count)
    // What had come until then is dropped by every transport of ours.
    case .broken(let count): throw TransportError.cut("the connection broke after \(count) bytes")
    }
    return response
  }
}
