import Foundation
import StorylineClient
import StorylineModels

/// A running service, reached over the network in an operator's name or through its socket on this machine.
struct ServiceDeviceDesk: DeviceDesk {
  /// Signs what it carries, unless the socket's mode is what lets an operator in.
  let transport: any HTTPTransport
  /// How messages call it.
  let name: String

  func devices(of account: String?) async throws -> [AdministeredDevice] {
    var devices: [AdministeredDevice] = []
    var next: String?
    repeat {
      let query = account.map { "?account=\($0)" } ?? next.map { "?after=\($0)" } ?? ""
      let page = try StorylineJSON.decode(
        AdministeredDevices.self, from: try await get(Route.adminDeviceList.path + query))
      devices += page.devices
      next = page.next
    } while next != nil
    return devices
  }

  func revoke(_ id: String) async throws -> Bool {
    let reply = try await send(TransportRequest(method: .delete, path: Route.adminDeviceRevoke.path(id: id)))
    return reply.status == 404 ? false : try isDone(reply)
  }

  func lookUp(_ code: String) async throws -> DeviceLookup? {
    let reply = try await send(.form(.deviceLookup, [("user_code", code)]))
    if reply.status == 404 { return nil }
    _ = try isDone(reply)
    return try StorylineJSON.decode(DeviceLookup.self, from: reply.body)
  }

  func approve(_ code: String, match: Int, account: String) async throws -> DeviceAnswer {
    try await decide([
      ("user_code", code), ("decision", "approve"), ("match", String(match)), ("account", account),
    ])
  }

  func deny(_ code: String) async throws -> DeviceAnswer {
    try await decide([("user_code", code), ("decision", "deny")])
  }

  // MARK: Requests

  private func decide(_ form: [(String, String)]) async throws -> DeviceAnswer {
    let reply = try await send(.form(.deviceDecision, form))
    if reply.status == 404 { return .nobodyWaits }
    let words = (try? StorylineJSON.decode(OAuthError.self, from: reply.body))?.description ?? ""
    if reply.status == 400, words.contains("'match'") { return .wrongNumber }
    if reply.status == 400, words.contains("'account'") { return .unknownAccount }
    _ = try isDone(reply)
    return .done
  }

  private func get(_ path: String) async throws -> Data {
    let reply = try await send(TransportRequest(method: .get, path: path))
    _ = try isDone(reply)
    return reply.body
  }

  private func send(_ request: TransportRequest) async throws -> TransportResponse {
    do {
      return try await transport.send(request)
    } catch let error as TransportError {
      throw AdminFailure("\(name): \(error.words)")
    } catch let error as TokenKeeperError {
      throw AdminFailure("\(error)")
    }
  }

  private func isDone(_ reply: TransportResponse) throws -> Bool {
    if (200..<300).contains(reply.status) { return true }
    let problem = try? StorylineJSON.decode(Problem.self, from: reply.body)
    switch problem?.code {
    case .unauthorized?, .deviceRevoked?, .accountDeleted?:
      throw AdminFailure("\(name): these credentials are not taken; ask for a new invite for an operator")
    case .forbidden?:
      throw AdminFailure("\(name): these credentials are not an operator's; that needs the scope “\(Scope.admin)”")
    default:
      let what = [problem?.title, problem?.detail].compactMap(\.self).joined(separator: ": ")
      throw AdminFailure("\(name): \(what.isEmpty ? "status \(reply.status)" : what)")
    }
  }
}
