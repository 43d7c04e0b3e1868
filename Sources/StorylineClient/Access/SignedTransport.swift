import Foundation
package import StorylineModels

/// Carries requests in the name of the device: with its access token, which it renews by itself.
///
/// The credentials' file is the one truth, and several processes of a device share it: one of them renews at a time,
/// and the others take what it got. The credentials are removed only if the server says that they are no good any more
/// (`invalid_grant`), never because it could not be asked.
public struct SignedTransport: HTTPTransport {
  /// Before its end an access token is renewed, so that no request arrives with one that has just ended.
  private static let margin: Int64 = 15_000

  private let base: any HTTPTransport
  private let keeper: TokenKeeper
  private let clock: any SyncClock
  private let memory = NonceMemory()

  public init(base: any HTTPTransport, keeper: TokenKeeper, clock: any SyncClock = SystemSyncClock()) {
    self.base = base
    self.keeper = keeper
    self.clock = clock
  }

  /// - Throws: what `base` throws, and `TokenKeeperError`.
  public func send(_ request: TransportRequest) async throws -> TransportResponse {
    guard var held = try keeper.load() else { return try await base.send(request) }
    if needsRenewal(held) {
      switch try await renew(held) {
      case .renewed(let fresh): held = fresh
      case .notPossible: break
      case .answer(let answer): return answer
      }
    }
    let response = try await transport(held).send(signed(request, held))
    guard response.status == 401, case .renewed(let fresh) = try await renew(held) else { return response }
    return try await transport(fresh).send(signed(request, fresh))
  }

  public func events(_ request: TransportRequest) async throws -> TransportStream {
    guard var held = try keeper.load() else { return try await base.events(request) }
    if needsRenewal(held), case .renewed(let fresh) = try await renew(held) { held = fresh }
    let stream = try await transport(held).events(signed(request, held))
    guard stream.status == 401, case .renewed(let fresh) = try await renew(held) else { return stream }
    return try await transport(fresh).events(signed(request, fresh))
  }

  private func needsRenewal(_ held: Credentials) -> Bool {
    guard held.refreshToken != nil, let end = held.accessExpiresAt else { return false }
    return clock.now().milliseconds > end.milliseconds - Self.margin
  }

  private func signed(_ request: TransportRequest, _ held: Credentials) -> TransportRequest {
    var request = request
    request.headers = request.headers.replacing([held.authorization])
    return request
  }

  /// With a proof of the key where the token asks for one.
  private func transport(_ held: Credentials) -> any HTTPTransport {
    held.isProven ? proving(held) ?? base : base
  }

  private func proving(_ held: Credentials) -> (any HTTPTransport)? {
    held.key.map { ProvingTransport(base: base, key: $0, server: held.server, now: clock.now, memory: memory) }
  }

  private enum Renewal {
    case renewed(Credentials)
    /// There is nothing to renew with: the token was given without, or the device was signed out meanwhile.
    case notPossible
    /// What the server said instead: later, or that the account is gone.
    case answer(TransportResponse)
  }

  private func renew(_ stale: Credentials) async throws -> Renewal {
    guard stale.refreshToken != nil else { return .notPossible }
    return try await keeper.withLock(clock: clock) {
      // Another process may have done it while this one waited for its turn.
      guard let held = try keeper.load(), let token = held.refreshToken else { return .notPossible }
      if held.accessToken != stale.accessToken { return .renewed(held) }
      let form = [("grant_type", RefreshGrant.type), ("refresh_token", token)]
      let response = try await (proving(held) ?? base).send(.form(.token, form))
      return try renewal(response, of: held)
    }
  }

  private func renewal(_ response: TransportResponse, of held: Credentials) throws -> Renewal {
    if response.status == 200 {
      let reply: TokenReply
      do { reply = try StorylineJSON.decode(TokenReply.self, from: response.json()) } catch {
        throw TransportError.cut("the answer to the renewal was damaged")
      }
      guard reply.accountID == held.accountID else { throw TransportError.cut("the answer is for another account") }
      let fresh = held.renewed(by: reply, at: clock.now())
      // On the disk before it is used: after a crash in between the old token still leads to this one.
      try keeper.save(fresh)
      return .renewed(fresh)
    }
    let error = try? StorylineJSON.decode(OAuthError.self, from: response.body)
    guard response.status == 400, error?.error == .invalidGrant else { return .answer(response) }
    try keeper.wipe()
    return .notPossible
  }
}

extension TransportRequest {
  /// A form, as the OAuth addresses take them.
  package static func form(_ route: Route, _ fields: [(String, String)], headers: [Header] = []) -> TransportRequest {
    let body = fields.map { FormText.encoded($0.0) + "=" + FormText.encoded($0.1) }.joined(separator: "&")
    let type = [Header("accept", "application/json"), Header("content-type", "application/x-www-form-urlencoded")]
    return TransportRequest(
      method: route.method, path: route.path, headers: type + headers, body: Data(body.utf8))
  }
}
