import ArgumentParser
import Foundation
import StorylineClient
import StorylineModels
import StorylineScreen

struct AppCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "app",
    abstract: "Read on the whole screen; what storyline does without a command.",
    discussion: """
      Syncs behind the screen and never waits for the network. ? shows the keys. Where there is no terminal, or with \
      --json, it prints what storyline now prints.

      Examples:
        storyline
        storyline --profile work
        storyline --linear

      JSON: {story, changes, status}
      """)

  @Flag(help: ArgumentHelp(LinearReader.help))
  var linear = false

  @OptionGroup var list: ListOptions

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    if linear {
      try session.noteConfigFaults()
      let replica = try session.readableReplica()
      return try await LinearReader(replica: replica, session: session, standing: nil).run()
    }
    guard let open = list.fullScreen(in: session) else {
      try session.noteConfigFaults()
      return try NowReport.show(try session.readableReplica(), list, in: session)
    }
    try await App(session) { try session.openOrRepairReplica() }.run(on: open)
  }
}

struct DemoCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Read the bundled story, without a server or an account.",
    discussion: """
      Marks are forgotten at the end. Where there is no terminal it prints what storyline now prints.

      Examples:
        storyline demo
        storyline demo --linear

      JSON: {story, changes, status}
      """)

  @Flag(help: ArgumentHelp(LinearReader.help))
  var linear = false

  @OptionGroup var list: ListOptions

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let replica = try Replica.inMemory(now: session.environment.clock.now)
    try replica.install(try DemoStory.page())
    if linear {
      try session.noteConfigFaults()
      return try await LinearReader(replica: replica, session: session, standing: "demo").run()
    }
    guard let open = list.fullScreen(in: session) else {
      try session.noteConfigFaults()
      return try NowReport.show(replica, list, in: session)
    }
    let app = App(session: session, replica: replica, credentials: nil, store: nil, standing: "demo", isDemo: true)
    try await app.run(on: open)
  }
}

extension ListOptions {
  /// The terminal to take, unless there is none or the page is asked for in another form.
  fileprivate func fullScreen(in session: Session) -> (@Sendable () throws -> Terminal)? {
    let environment = session.environment
    let isPage = session.wantsJSON || page.plain || page.md || since != nil || limit != nil
    return isPage || !environment.inputIsTerminal || !environment.output.isTerminal ? nil : environment.openTerminal
  }
}
