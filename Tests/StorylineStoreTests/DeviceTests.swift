import Foundation
import GRDB
import StorylineModels
import StorylineTestSupport
import Synchronization
import Testing

@testable import StorylineStore

@Suite(.timeLimit(.minutes(10))) struct DeviceTests {
  static let revocationTrials = 10_000

  private func enrol(_ test: TestStore, _ invite: Invite, _ name: String? = nil) async throws -> Enrolment {
    try await test.store.redeem(
      InviteRedemption(invite: invite.text, requestID: UUID().uuidString, deviceName: name))
  }

  @Test func `a reader sees her devices by day, renames one and signs one out`() async throws {
    let test = try TestStore()
    let invite = try await test.store.createInvite(scope: Scope.reader, devices: 3, validFor: 60)
    let phone = try await enrol(test, invite, "Phone")
    let tablet = try await enrol(test, invite)
    test.clock.advance(milliseconds: 86_400_000)
    _ = try await test.store.authenticate(token: tablet.accessToken)
    try await test.store.renameDevice(tablet.device, of: phone.reader, to: "Kitchen tablet")
    let devices = try await test.store.devices(of: phone.reader, asking: phone.device)
    #expect(devices.map(\.name) == ["Kitchen tablet", "Phone"])
    #expect(devices.map(\.lastSeen) == ["2024-07-12", "2024-07-11"])
    #expect(devices.map(\.enrolled) == ["2024-07-11", "2024-07-11"])
    #expect(devices.map(\.isCurrent) == [false, true])
    #expect(devices.map(\.scope) == ["library:rw story:read", "library:rw story:read"])
    #expect(try await test.store.revokeDevice(tablet.device, of: phone.reader))
    #expect(try await !test.store.revokeDevice(tablet.device, of: phone.reader))
    #expect(try await test.store.devices(of: phone.reader, asking: phone.device).count == 1)
  }

  @Test func `nobody touches another reader's devices`() async throws {
    let test = try TestStore()
    let mine = try await enrol(test, test.store.createInvite(scope: Scope.reader, validFor: 60))
    let theirs = try await enrol(test, test.store.createInvite(scope: Scope.reader, validFor: 60))
    #expect(try await !test.store.revokeDevice(theirs.device, of: mine.reader))
    await #expect(throws: StoreError.unknownDevice) {
      try await test.store.renameDevice(theirs.device, of: mine.reader, to: "x")
    }
    #expect(try await test.store.revokeOtherDevices(than: mine.device, of: mine.reader) == 0)
    #expect(try await test.store.authenticate(token: theirs.accessToken) != nil)
  }

  @Test func `signing out the others leaves this one`() async throws {
    let test = try TestStore()
    let invite = try await test.store.createInvite(scope: Scope.reader, devices: 4, validFor: 60)
    var devices: [Enrolment] = []
    for _ in 0..<4 { devices.append(try await enrol(test, invite)) }
    #expect(try await test.store.revokeOtherDevices(than: devices[1].device, of: devices[1].reader) == 3)
    for (index, device) in devices.enumerated() {
      #expect(try await (test.store.authenticate(token: device.accessToken) != nil) == (index == 1))
    }
  }

  @Test func `either token gives both back`() async throws {
    let test = try TestStore()
    for which in [\Enrolment.accessToken, \Enrolment.refreshToken] {
      let device = try await enrol(test, test.store.createInvite(scope: Scope.reader, validFor: 60))
      try await test.store.revoke(token: device[keyPath: which])
      try await test.store.revoke(token: device[keyPath: which])
      #expect(try await test.store.authenticate(token: device.accessToken) == nil)
      await #expect(throws: StoreError.invalidGrant) { try await test.store.refresh(token: device.refreshToken) }
    }
    try await test.store.revoke(token: "nonsense")
  }

  @Test func `no request is accepted after the reply to its revocation`() async throws {
    let test = try TestStore()
    let store = test.store
    var late = 0
    var accepted = 0
    for trial in 0..<(Self.revocationTrials / 10) {
      let invite = try await store.createInvite(scope: Scope.reader, devices: 10, validFor: 60)
      for _ in 0..<10 {
        let device = try await enrol(test, invite)
        let isRevoked = Mutex(false)
        // Somebody asks again and again meanwhile, and notes what was answered to a question of after the reply.
        let asking = Task {
          var counts = (accepted: 0, late: 0)
          while true {
            let wasRevoked = isRevoked.withLock { $0 }
            let principal = try await store.authenticate(token: device.accessToken)
            if principal != nil { counts.accepted += 1 }
            if principal != nil, wasRevoked { counts.late += 1 }
            if wasRevoked { return counts }
            await Task.yield()
          }
        }
        if trial % 2 == 0 { _ = try await store.authenticate(token: device.accessToken) }
        #expect(try await store.revokeDevice(device.device, of: device.reader))
        isRevoked.withLock { $0 = true }
        #expect(try await store.authenticate(token: device.accessToken) == nil)
        let counts = try await asking.value
        (accepted, late) = (accepted + counts.accepted, late + counts.late)
      }
    }
    #expect(late == 0)
    // The trials are worth something only if the token was in use until then.
    #expect(accepted > Self.revocationTrials / 10)
  }

  @Test func `a device that waits is let in once, with its key and as a reader's`() async throws {
    let test = try TestStore()
    let phone = try await enrol(test, test.store.createInvite(scope: Scope.reader, validFor: 60))
    let key = Data(repeating: 3, count: 32)
    let code = try await test.store.requestDevice(DeviceRequest(deviceName: "Terminal", key: key))
    #expect(code.userCode.wholeMatch(of: /[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}/) != nil)
    #expect((10...99).contains(code.match))
    test.clock.advance(milliseconds: 5_000)
    guard case .failure(let wait) = try await test.store.redeem(deviceCode: code.deviceCode, key: key) else {
      Issue.record("let in by nobody")
      return
    }
    #expect(wait.wait == .pending)
    let waiting = try #require(try await test.store.waitingDevice(userCode: code.userCode.lowercased()))
    #expect(waiting.name == "Terminal" && waiting.choices.contains(code.match) && Set(waiting.choices).count == 3)
    let verdict = DeviceVerdict.approve(match: code.match, account: .of(phone.reader))
    #expect(try await test.store.decide(on: code.userCode, verdict))
    await #expect(throws: StoreError.unknownDevice) { try await test.store.decide(on: code.userCode, .deny) }
    await #expect(throws: StoreError.invalidGrant) { try await test.store.redeem(deviceCode: code.deviceCode) }
    let enrolment = try await test.store.redeem(deviceCode: code.deviceCode, key: key).get()
    #expect(enrolment.reader == phone.reader && enrolment.scope == Scope.reader)
    // A lost reply comes again; the same device.
    let again = try await test.store.redeem(deviceCode: code.deviceCode, key: key).get()
    #expect(again.device == enrolment.device && again.refreshToken == enrolment.refreshToken)
    #expect(try await test.store.devices(of: phone.reader, asking: phone.device).count == 2)
  }

  @Test func `a device is turned away by word, by five wrong numbers, and by time`() async throws {
    let test = try TestStore()
    let phone = try await enrol(test, test.store.createInvite(scope: Scope.reader, validFor: 60))
    let (denied, guessed, late) = (
      try await test.store.requestDevice(DeviceRequest()), try await test.store.requestDevice(DeviceRequest()),
      try await test.store.requestDevice(DeviceRequest())
    )
    #expect(try await test.store.decide(on: denied.userCode, .deny))
    for _ in 0..<5 {
      let wrong = DeviceVerdict.approve(match: guessed.match + 100, account: .of(phone.reader))
      #expect(try await !test.store.decide(on: guessed.userCode, wrong))
    }
    let right = DeviceVerdict.approve(match: guessed.match, account: .of(phone.reader))
    await #expect(throws: StoreError.unknownDevice) { try await test.store.decide(on: guessed.userCode, right) }
    test.clock.advance(milliseconds: 600_000)
    #expect(try await test.store.waitingDevice(userCode: late.userCode) == nil)
    for (code, wait) in [(denied, DeviceWait.denied), (guessed, .denied), (late, .expired)] {
      guard case .failure(let error) = try await test.store.redeem(deviceCode: code.deviceCode) else {
        Issue.record("let in")
        continue
      }
      #expect(error.wait == wait)
    }
  }

  @Test func `who asks too often is slowed down`() async throws {
    let test = try TestStore()
    let code = try await test.store.requestDevice(DeviceRequest())
    var waits: [DeviceWait] = []
    for seconds in [1, 5, 10, 10] as [Int64] {
      test.clock.advance(milliseconds: seconds * 1000)
      if case .failure(let error) = try await test.store.redeem(deviceCode: code.deviceCode) {
        waits.append(error.wait)
      }
    }
    #expect(waits == [.slowDown, .slowDown, .slowDown, .slowDown])
    test.clock.advance(milliseconds: 30_000)
    guard case .failure(let error) = try await test.store.redeem(deviceCode: code.deviceCode) else { return }
    #expect(error.wait == .pending)
  }

  @Test func `more than a reader's device is let in by an invite alone`() async throws {
    let test = try TestStore()
    for scope in [Scope.editor, Scope.everything, [], [Scope(rawValue: "moon")]] as [Set<Scope>] {
      await #expect(throws: StoreError.invalidScope) {
        try await test.store.requestDevice(DeviceRequest(scope: scope))
      }
    }
  }

  @Test func `nothing in the database can be presented as any kind of token or code`() async throws {
    let test = try TestStore(.wal)
    let invite = try await test.store.createInvite(scope: Scope.reader, devices: 2, validFor: 3600)
    let keyless = try await enrol(test, invite)
    let next = try await test.store.refresh(token: keyless.refreshToken)
    let code = try await test.store.requestDevice(DeviceRequest())
    let secrets = [
      invite.text, keyless.accessToken, keyless.refreshToken, next.accessToken, next.refreshToken, code.deviceCode,
      code.userCode,
    ]
    let values = try await test.everyColumn()
    #expect(values.count > 25)
    var tries = 0
    for value in values {
      let base = value.base64URL
      let texts = [String(decoding: value, as: UTF8.self), base, value.map { String(format: "%02x", $0) }.joined()]
      // A thief knows how tokens are made, check sums and all.
      let shaped = ["sla_", "slr_", "slc_"].map { prefix in
        let start = prefix + Data(value.prefix(32) + Data(count: max(0, 32 - value.count))).base64URL
        var sum = Data()
        sum.append(bigEndian: Data(start.utf8).crc32)
        return start + sum.base64URL
      }
      for text in texts + texts.map({ "sla_" + $0 }) + shaped {
        tries += 1
        #expect(try await test.store.authenticate(token: text) == nil)
        await #expect(throws: StoreError.invalidGrant) { try await test.store.refresh(token: text) }
        await #expect(throws: StoreError.invalidGrant) { try await test.store.redeem(deviceCode: text) }
        #expect(try await test.store.waitingDevice(userCode: text) == nil)
        await #expect(throws: StoreError.invalidGrant) {
          try await test.store.redeem(InviteRedemption(invite: text, requestID: UUID().uuidString))
        }
        for secret in secrets { #expect(!text.contains(secret)) }
      }
    }
    #expect(tries > 250)
    // The device is still signed in: none of it counted as the return of a spent token.
    #expect(try await test.store.authenticate(token: next.accessToken) != nil)
    for name in try FileManager.default.contentsOfDirectory(atPath: test.directory.path) {
      let bytes = try Data(contentsOf: URL(filePath: test.directory.file(name)))
      for secret in secrets { #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name)") }
    }
  }
}
