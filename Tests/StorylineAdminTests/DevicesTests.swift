import Foundation
import StorylineModels
import StorylineStore
import Testing

/// Letting devices in and signing them out on the database itself, while nothing serves it.
@Suite("Devices") struct DevicesTests {
  /// A device that waits, in a database made for it.
  private func waiting(_ desk: Desk, name: String? = "New phone") async throws -> DeviceCode {
    let store = try desk.store()
    let code = try await store.requestDevice(DeviceRequest(deviceName: name))
    try store.close()
    return code
  }

  private func redeem(_ code: DeviceCode, _ desk: Desk) async throws -> Result<Enrolment, DeviceWaitError> {
    let store = try desk.store()
    let result = try await store.redeem(deviceCode: code.deviceCode)
    try store.close()
    return result
  }

  @Test func `a device is let in by its code and number, into an account of its own`() async throws {
    let desk = try Desk()
    let code = try await waiting(desk)
    let run = await desk.run("devices", "approve", code.userCode.lowercased(), answer: "\(code.match)")
    #expect(run.code == 0 && run.out == "Let in. It says so within seconds.\n", "\(run.err)")
    #expect(run.err.contains("Device: New phone") && run.err.contains("Which number does it show"))
    let first = try await redeem(code, desk).get()
    #expect(first.scope == Scope.reader)

    let second = try await waiting(desk, name: nil)
    let joined = await desk.run(
      "devices", "approve", second.userCode, "--match", "\(second.match)", "--account", "\(first.reader)", "--json")
    #expect(joined.code == 0, "\(joined.err)")
    #expect(try joined.json()["approved"] == .string(second.userCode))
    #expect(try await redeem(second, desk).get().reader == first.reader)

    let list = await desk.run("devices")
    #expect(list.out.contains("\(first.device)") && list.out.contains("New phone") && list.err == "2 devices\n")
    let one = await desk.run("devices", "list", "--account", "\(ReaderID.random())", "--json")
    #expect(try one.json()["devices"] == .array([]))
  }

  @Test func `a wrong number, a wrong account and a code of nobody let nobody in`() async throws {
    let desk = try Desk()
    let code = try await waiting(desk)
    let wrong = (10...99).first { $0 != code.match } ?? 0
    let number = await desk.run("devices", "approve", code.userCode, "--match", "\(wrong)")
    #expect(number.code == 1 && number.err.contains("not the number that the device shows"))
    let typed = await desk.run("devices", "approve", code.userCode, answer: "7")
    #expect(typed.code == 1 && typed.err.contains("none of them"))
    let silent = await desk.run("devices", "approve", code.userCode)
    #expect(silent.code == 1 && silent.err.contains("say with --match"))
    let account = await desk.run(
      "devices", "approve", code.userCode, "--match", "\(code.match)", "--account", "\(ReaderID.random())")
    #expect(account.code == 1 && account.err.contains("no such account"))
    #expect(await desk.run("devices", "approve", code.userCode, "--account", "somebody").code == 64)
    let nobody = await desk.run("devices", "approve", "BBBB-BBBB", "--match", "42")
    #expect(nobody.code == 1 && nobody.err.contains("no device waits"))
    #expect(await desk.run("devices", "deny", code.userCode).code == 0)
    let answer = try await redeem(code, desk)
    #expect(throws: DeviceWaitError.self) { try answer.get() }
    guard case .failure(let error) = answer else { return }
    #expect(error.wait == .denied)
    #expect(await desk.run("devices", "deny", code.userCode).code == 1)
  }

  @Test func `devices are signed out one by one, or all of an account`() async throws {
    let desk = try Desk()
    let store = try desk.store()
    let invite = try await store.createInvite(scope: Scope.reader, devices: 3, validFor: 600)
    var devices: [Enrolment] = []
    for _ in 0..<3 {
      devices.append(
        try await store.redeem(InviteRedemption(invite: invite.text, requestID: UUID().uuidString.lowercased())))
    }
    try store.close()
    let one = await desk.run("devices", "revoke", "\(devices[0].device)")
    #expect(one.code == 0 && one.out == "Signed out: 1.\n")
    let again = await desk.run("devices", "revoke", "\(devices[0].device)")
    #expect(again.code == 1 && again.err.contains("not enrolled"))
    let all = await desk.run("devices", "revoke", "--account", "\(devices[1].reader)", "--json")
    #expect(
      Set([all.out].flatMap { $0.matches(of: /[0-9a-f]{32}/).map { String($0.output) } })
        == Set(devices[1...].map { "\($0.device)" }))
    let after = try desk.store()
    for device in devices { #expect(try await after.authenticate(token: device.accessToken) == nil) }
    try after.close()
    for wrong in [
      ["revoke"], ["revoke", "x"], ["revoke", "\(devices[0].device)", "--account", "\(devices[0].reader)"],
    ] {
      #expect(await desk.run(["devices"] + wrong).code == 64)
    }
  }

  @Test func `where there is no database none is made`() async throws {
    let desk = try Desk()
    let run = await desk.run("devices", "deny", "BCDF-GHJK")
    #expect(run.code == 1 && run.err.contains("there is no database"))
    #expect(!desk.exists("storyline.sqlite"))
  }
}
