import ArgumentParser
import StorylineModels
import StorylineStore

struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "Who is enrolled: list, let in, turn away, sign out.",
    discussion: """
      Works on the database, through the socket of a storylined that runs, or over the network with an operator's \
      credentials.

      Examples:
        storyline-admin devices
        storyline-admin devices approve BCDF-GHJK
        storyline-admin devices revoke ffeeddccbbaa99887766554433221100
      """,
    subcommands: [
      DevicesListCommand.self, DevicesApproveCommand.self, DevicesDenyCommand.self, DevicesRevokeCommand.self,
    ],
    defaultSubcommand: DevicesListCommand.self)
}

struct DevicesListCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "All enrolled devices, or those of one account.",
    discussion: """
      Nobody's name is known, only what a reader called a device; and days, nothing finer.

      Examples:
        storyline-admin devices
        storyline-admin devices list --account 5f0c6d1e2b3a49788796a5b4c3d2e1f0
        storyline-admin devices list --json

      JSON: {devices: [{account, id, name, enrolled, last_seen, scope, has_key, ended}]}
      """)

  @Option(help: ArgumentHelp("Only the devices of this account.", valueName: "id"))
  var account: String?

  @OptionGroup var desk: DeskOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws { try DeviceWords.check(account: account, orNew: false) }

  func run(_ context: AdminContext) async throws {
    let devices = try await desk.withDeviceDesk(context) { try await $0.devices(of: account) }
    if json { return try context.console.json(DeviceListReport(devices: devices)) }
    for device in devices { context.console.out(line(device)) }
    context.console.err(devices.count == 1 ? "1 device" : "\(devices.count) devices")
  }

  private func line(_ device: AdministeredDevice) -> String {
    var words = [device.id, "account \(device.account)", "here last on \(device.lastSeen)"]
    words.append(device.scope.isEmpty ? "signed out" : DeviceWords.role(device.scope))
    if !device.hasKey { words.append("without a key") }
    words.append(device.name ?? "without a name")
    return words.joined(separator: "  ")
  }
}

struct DevicesApproveCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "approve",
    abstract: "Let in a device that shows a code.",
    discussion: """
      Only for a device of somebody you speak to: it shows a number beside its code, and this command asks which. It \
      joins a new account unless --account names one, and may what a reader may.

      Examples:
        storyline-admin devices approve BCDF-GHJK
        storyline-admin devices approve BCDF-GHJK --match 42
        storyline-admin devices approve BCDF-GHJK --account 5f0c6d1e2b3a49788796a5b4c3d2e1f0

      JSON: {approved}
      """)

  @Argument(help: "The code that the device shows.")
  var code: String

  @Option(help: ArgumentHelp("The number that the device shows.", valueName: "number"))
  var match: Int?

  @Option(help: ArgumentHelp("The account that it joins.", valueName: "id"))
  var account = "new"

  @OptionGroup var desk: DeskOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws { try DeviceWords.check(account: account, orNew: true) }

  func run(_ context: AdminContext) async throws {
    let console = context.console
    let waiting = try await desk.withDeviceDesk(context) { try await $0.lookUp(code) }
    guard let waiting else { throw DeviceWords.failure(.nobodyWaits) }
    console.err("Device: \(waiting.deviceName ?? "without a name"), waiting for \(waiting.age) seconds")
    let number = try number(waiting, console)
    let answer = try await desk.withDeviceDesk(context) {
      try await $0.approve(code, match: number, account: account)
    }
    guard answer == .done else { throw DeviceWords.failure(answer) }
    if json { return try console.json(["approved": code]) }
    console.out("Let in. It says so within seconds.")
  }

  private func number(_ waiting: DeviceLookup, _ console: Console) throws -> Int {
    if let match { return match }
    let choices = waiting.match.map(String.init).joined(separator: ", ")
    guard let text = console.ask("Which number does it show: \(choices)?") else {
      throw AdminFailure("say with --match which number the device shows: \(choices)")
    }
    guard let number = Int(text), waiting.match.contains(number) else {
      throw AdminFailure("that is none of them; the device was not let in")
    }
    return number
  }
}

struct DevicesDenyCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "deny",
    abstract: "Turn away a device that shows a code.",
    discussion: """
      Examples:
        storyline-admin devices deny BCDF-GHJK

      JSON: {denied}
      """)

  @Argument(help: "The code that the device shows.")
  var code: String

  @OptionGroup var desk: DeskOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run(_ context: AdminContext) async throws {
    let answer = try await desk.withDeviceDesk(context) { try await $0.deny(code) }
    guard answer == .done else { throw DeviceWords.failure(answer) }
    if json { return try context.console.json(["denied": code]) }
    context.console.out("Turned away.")
  }
}

struct DevicesRevokeCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Sign devices out, wherever they are.",
    discussion: """
      From the next request on, the server knows them no more. What they have fetched stays on them.

      Examples:
        storyline-admin devices revoke ffeeddccbbaa99887766554433221100
        storyline-admin devices revoke --account 5f0c6d1e2b3a49788796a5b4c3d2e1f0

      JSON: {revoked: [id]}
      """)

  @Argument(help: "The devices' ids, as “devices list” shows them.")
  var ids: [String] = []

  @Option(help: ArgumentHelp("All devices of this account.", valueName: "id"))
  var account: String?

  @OptionGroup var desk: DeskOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    try DeviceWords.check(account: account, orNew: false)
    guard ids.isEmpty != (account == nil) else {
      throw ValidationError("name devices, or with --account whose all of them: one of the two")
    }
    for id in ids where DeviceID(id) == nil {
      throw ValidationError("“\(id)” is not the id of a device: 32 hexadecimal digits, as “devices list” shows them")
    }
  }

  func run(_ context: AdminContext) async throws {
    let (revoked, unknown) = try await desk.withDeviceDesk(context) { desk in
      let wanted = account == nil ? ids : try await desk.devices(of: account).map(\.id)
      var done: [String] = []
      for id in wanted where try await desk.revoke(id) { done.append(id) }
      return (done, wanted.filter { !done.contains($0) })
    }
    if json {
      try context.console.json(["revoked": revoked])
    } else {
      context.console.out("Signed out: \(revoked.count).")
    }
    guard unknown.isEmpty else { throw AdminFailure("not enrolled: \(unknown.joined(separator: ", "))") }
  }
}

private struct DeviceListReport: Encodable {
  let devices: [AdministeredDevice]
}

/// Words about devices that several commands say.
enum DeviceWords {
  static func role(_ scope: String) -> String {
    let words = scope.split(separator: " ").map(String.init)
    if words.contains(Scope.admin.rawValue) { return "operator" }
    return words.contains(Scope.storyEdit.rawValue) ? "editor" : "reader"
  }

  static func check(account: String?, orNew: Bool) throws {
    guard let account, !(orNew && account == "new"), ReaderID(account) == nil else { return }
    throw ValidationError(
      "--account takes the 32 hexadecimal digits that “storyline status” and “devices list” show"
        + (orNew ? ", or “new”" : ""))
  }

  static func failure(_ answer: DeviceAnswer) -> AdminFailure {
    switch answer {
    case .nobodyWaits: AdminFailure("no device waits with this code: mistyped, or its ten minutes are over")
    case .wrongNumber: AdminFailure("that is not the number that the device shows; it was not let in")
    case .unknownAccount: AdminFailure("there is no such account; “devices list” shows them")
    case .done: AdminFailure("done")
    }
  }
}
