import Foundation
public import StorylineModels

/// Proves the device's key with each request (RFC 9449), and repeats one whose proof lacks what the server wants in it.
public struct ProvingTransport: HTTPTransport {
  private let base: any HTTPTransport
  private let key: DeviceKey
  private let server: String
  private let now: @Sendable () -> Timestamp
  private let memory: NonceMemory

  /// - Parameters:
  ///   - server: what the device calls it: scheme, host and port, which the proofs name.
  ///   - now: the device's clock. The server does not go by it.
  public init(
    base: any HTTPTransport, key: DeviceKey, server: String,
    now: @escaping @Sendable () -> Timestamp = Timestamp.wallClock
  ) {
    self.init(base: base, key: key, server: server, now: now, memory: NonceMemory())
  }

  init(
    base: any HTTPTransport, key: DeviceKey, server: String, now: @escaping @Sendable () -> Timestamp,
    memory: NonceMemory
  ) {
    self.base = base
    self.key = key
    self.server = server
    self.now = now
    self.memory = memory
  }

  public func send(_ request: TransportRequest) async throws -> TransportResponse {
    let response = try await base.send(try proven(request))
    memory.note(response.headers)
    guard Self.wantsNonce(response.status, response.headers) else { return response }
    let second = try await base.send(try proven(request))
    memory.note(second.headers)
    return second
  }

  public func events(_ request: TransportRequest) async throws -> TransportStream {
    let stream = try await base.events(try proven(request))
    memory.note(stream.headers)
    guard Self.wantsNonce(stream.status, stream.headers) else { return stream }
    return try await base.events(try proven(request))
  }

  /// A refusal that brings a nonce: whatever else is wrong, the next answer tells.
  private static func wantsNonce(_ status: Int, _ headers: [String: String]) -> Bool {
    (status == 400 || status == 401) && headers["dpop-nonce"] != nil
  }

  private func proven(_ request: TransportRequest) throws -> TransportRequest {
    var request = request
    let authorization = request.headers.first { $0.name == "authorization" }?.value ?? ""
    let scheme = "DPoP "
    let claims = DeviceKey.Claims(
      method: request.method.rawValue, target: server + request.path.prefix { $0 != "?" },
      id: UUID().uuidString.lowercased(), madeAt: now(), nonce: memory.nonce,
      accessToken: authorization.hasPrefix(scheme) ? String(authorization.dropFirst(scheme.count)) : nil)
    request.headers = request.headers.replacing([.init("dpop", try key.proof(claims))])
    return request
  }
}

/// The nonce that the server gave last, for as long as the process runs.
final class NonceMemory: @unchecked Sendable {
  private let lock = NSLock()
  // Guarded by `lock`, which is what makes the class safe to share.
  private var last: String?

  var nonce: String? { lock.withLock { last } }

  func note(_ headers: [String: String]) {
    guard let nonce = headers["dpop-nonce"] else { return }
    lock.withLock { last = nonce }
  }
}
