import ArgumentParser
import Foundation
import StorylineClient

struct StatusCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Who is signed in, how fresh the copy is, what waits to be sent.",
    discussion: """
      Examples:
        storyline status

      JSON: {home, server, account, device, replica: {hasContent, lastSyncedAt, pending, quarantined, undecodable, \
      counts, account}}
      """)

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let credentials = try session.home.keeper.load()
    var report = StatusReport(
      home: session.home.path, server: credentials?.server, account: credentials?.accountID,
      device: credentials?.deviceID)
    if FileManager.default.fileExists(atPath: session.home.replicaPath) {
      let replica = try session.openReplica()
      report.replica = try replica.status()
    }
    let page = StatusPage(report: report, now: session.now, dates: session.dates)
    try session.show(report, page.lines(session.layout))
  }
}
