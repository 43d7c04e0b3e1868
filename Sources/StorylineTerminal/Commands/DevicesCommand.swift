import ArgumentParser
import Foundation
import StorylineClient
import StorylineModels

struct DevicesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "Your devices: list, rename, sign out, let a new one in.",
    subcommands: [
      DeviceListCommand.self, DeviceApproveCommand.self, DeviceDenyCommand.self, DeviceRenameCommand.self,
      DeviceRevokeCommand.self, DeviceRevokeOthersCommand.self,
    ],
    defaultSubcommand: DeviceListCommand.self)

  /// Here too, so that they may stand before the command's name.
  @OptionGroup var global: GlobalOptions
}

struct DeviceListCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Which devices read in your name, and on which day each was here last.",
    discussion: """
      Examples:
        storyline devices

      JSON: {devices: [{id, name, enrolled, last_seen, scope, has_key, current, ended}]}
      """)

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let devices = try await session.devices { try await $0.list() }
    try session.show(DeviceList(devices: devices), devices.flatMap(lines))
  }

  private func lines(_ device: DeviceSummary) -> [Line] {
    var words = [device.name ?? "without a name"]
    if device.isCurrent { words.append("this device") }
    if device.ended == "token-reuse" {
      words.append("signed out: its token was used by two")
    } else if device.ended != nil {
      words.append("signed out")
    }
    if !device.hasKey { words.append("without a key") }
    return [
      Line(words.joined(separator: " · ")),
      Line("  \(device.id)"),
      Line("  here last on \(device.lastSeen), since \(device.enrolled)"),
    ]
  }
}

struct DeviceApproveCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve",
    abstract: "Let in a device that shows a code.",
    discussion: """
      Only for a device that you have before you: it shows a number beside its code, and this command asks which. Who \
      sent you a code by message would read in your name.

      Examples:
        storyline devices approve BCDF-GHJK
        storyline devices approve BCDF-GHJK --match 42

      JSON: {approved}
      """)

  @Argument(help: "The code that the device shows.")
  var code: String

  @Option(help: ArgumentHelp("The number that the device shows.", valueName: "number"))
  var match: Int?

  @Option(
    help: ArgumentHelp(
      "For operators: the account that it joins, or “new”. Without it the device is yours.", valueName: "id"))
  var account: String?

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let waiting = try await session.devices { try await $0.lookUp(userCode: code) }
    try session.note("Device: \(waiting.deviceName ?? "without a name"), waiting for \(waiting.age) seconds")
    let match = try number(waiting, session)
    try await session.devices { try await $0.approve(userCode: code, match: match, account: account) }
    try session.show(ApprovedReport(approved: code), [Line("Let in. It says so within seconds.")])
  }

  private func number(_ waiting: DeviceLookup, _ session: Session) throws -> Int {
    if let match { return match }
    let choices = waiting.match.map(String.init).joined(separator: ", ")
    try session.environment.errors.write("Which number does it show: \(choices)? ")
    let text = session.environment.readLine()?.trimmingCharacters(in: .whitespaces) ?? ""
    guard let number = Int(text), waiting.match.contains(number) else {
      throw CommandFailure(.usage, "that is none of them; the device was not let in")
    }
    return number
  }
}

struct DeviceDenyCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "deny",
    abstract: "Turn away a device that shows a code.",
    discussion: """
      Examples:
        storyline devices deny BCDF-GHJK

      JSON: {denied}
      """)

  @Argument(help: "The code that the device shows.")
  var code: String

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    try await session.devices { try await $0.deny(userCode: code) }
    try session.show(DeniedReport(denied: code), [Line("Turned away.")])
  }
}

struct DeviceRenameCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename",
    abstract: "Call a device something else.",
    discussion: """
      Examples:
        storyline devices rename ffeeddccbbaa99887766554433221100 'Kitchen tablet'

      JSON: {renamed}
      """)

  @Argument(help: "The device's id, as “storyline devices” shows it; its beginning is enough.")
  var id: String

  @Argument(help: "The new name, at most 40 characters.")
  var name: String

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let device = try await session.devices { devices in
      let device = try DeviceChoice.id(id, among: try await devices.list())
      try await devices.rename(device, to: name)
      return device
    }
    try session.show(RenamedReport(renamed: device), [Line("Renamed.")])
  }
}

struct DeviceRevokeCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Sign one of your devices out, wherever it is.",
    discussion: """
      From the next request on, the server knows it no more. What it has fetched stays on it.

      Examples:
        storyline devices revoke ffeeddccbbaa99887766554433221100

      JSON: {revoked}
      """)

  @Argument(help: "The device's id, as “storyline devices” shows it; its beginning is enough.")
  var id: String

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let device = try await session.devices { devices in
      let device = try DeviceChoice.id(id, among: try await devices.list())
      try await devices.revoke(device)
      return device
    }
    try session.show(RevokedReport(revoked: [device]), [Line("Signed out.")])
  }
}

struct DeviceRevokeOthersCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke-others",
    abstract: "Sign all your devices out but this one.",
    discussion: """
      Examples:
        storyline devices revoke-others

      JSON: {revoked}
      """)

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let count = try await session.devices { try await $0.revokeOthers() }
    try session.show(RevokedDevices(revoked: count), [Line("Signed out: \(PlainWords.count(count, "device")).")])
  }
}

/// Which device somebody means.
enum DeviceChoice {
  static func id(_ beginning: String, among devices: [DeviceSummary]) throws -> String {
    let fitting = devices.filter { $0.id.hasPrefix(beginning.lowercased()) }
    guard let device = fitting.first, fitting.count == 1, !beginning.isEmpty else {
      let why = fitting.isEmpty ? "none of your devices has" : "more than one of your devices has"
      throw CommandFailure(.usage, "\(why) an id that begins with “\(beginning)”; see “storyline devices”")
    }
    return device.id
  }
}
