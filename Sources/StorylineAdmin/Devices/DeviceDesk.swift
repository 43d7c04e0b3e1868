import Foundation
import StorylineModels
import StorylineStore

/// Where devices are let in and signed out: a database that this process opened, or a running service.
protocol DeviceDesk: Sendable {
  /// - Parameter account: nil for everybody's.
  func devices(of account: String?) async throws -> [AdministeredDevice]
  /// Signs a device out. - Returns: whether there is one.
  func revoke(_ id: String) async throws -> Bool
  /// The device that waits behind a code; nil if none does.
  func lookUp(_ code: String) async throws -> DeviceLookup?
  /// - Parameter account: an account's id, or `new`.
  func approve(_ code: String, match: Int, account: String) async throws -> DeviceAnswer
  func deny(_ code: String) async throws -> DeviceAnswer
}

/// What became of a decision about a device that waits.
enum DeviceAnswer: Hashable, Sendable {
  case done
  /// None waits with this code, or its time is over.
  case nobodyWaits
  case wrongNumber
  case unknownAccount
}

/// A database that this process has opened.
struct StoreDeviceDesk: DeviceDesk {
  let store: StoryStore
  let now: @Sendable () -> Timestamp

  private static let pageRows = 500

  func devices(of account: String?) async throws -> [AdministeredDevice] {
    if let account {
      guard let reader = ReaderID(account) else { return [] }
      return try await store.devices(of: reader).map { AdministeredDevice(account: account, $0) }
    }
    var devices: [AdministeredDevice] = []
    while true {
      let after = devices.last.flatMap { DeviceID($0.id) }
      let page = try await store.anyDevices(after: after, limit: Self.pageRows)
      devices += page
      if page.count < Self.pageRows { return devices }
    }
  }

  func revoke(_ id: String) async throws -> Bool {
    guard let device = DeviceID(id) else { return false }
    return try await store.revokeDevice(device)
  }

  func lookUp(_ code: String) async throws -> DeviceLookup? {
    try await store.waitingDevice(userCode: code).map { waiting in
      DeviceLookup(
        deviceName: waiting.name, scope: waiting.scope.map(\.rawValue).sorted().joined(separator: " "),
        age: Int(max(0, now().milliseconds - waiting.since.milliseconds) / 1000), match: waiting.choices)
    }
  }

  func approve(_ code: String, match: Int, account: String) async throws -> DeviceAnswer {
    if account == "new" { return try await decide(code, .approve(match: match, account: .new)) }
    guard let reader = ReaderID(account) else { return .unknownAccount }
    return try await decide(code, .approve(match: match, account: .of(reader)))
  }

  func deny(_ code: String) async throws -> DeviceAnswer { try await decide(code, .deny) }

  private func decide(_ code: String, _ verdict: DeviceVerdict) async throws -> DeviceAnswer {
    do {
      return try await store.decide(on: code, verdict) ? .done : .wrongNumber
    } catch StoreError.unknownDevice {
      return .nobodyWaits
    } catch StoreError.unknownReader {
      return .unknownAccount
    }
  }
}
