import ArgumentParser
import StorylineClient
import StorylineModels

struct SyncCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Send your marks and fetch what is new.",
    discussion: """
      It can be stopped at any time: what has arrived is kept, and the next sync goes on from there. Offline it ends \
      with 1, or with 3 if nothing was ever fetched.

      Examples:
        storyline sync

      JSON: {report: {contentChanged, contentSwept, pushed, superseded, rejected, libraryChanged, requests, \
      backoff}, status}
      """)

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    guard try session.home.keeper.load() != nil else { throw CommandFailure.notSignedIn }
    let replica = try session.openReplica()
    let report = try await Self.offlineInWords(replica, session)
    let status = try replica.status()
    try session.show(
      SyncResultReport(report: report, status: status),
      Paragraph(SyncWords.summary(report, status)).lines(width: session.layout.prose))
  }

  private static func offlineInWords(_ replica: Replica, _ session: Session) async throws -> SyncReport {
    do {
      return try await sync(replica, session)
    } catch SyncError.offline(let why) {
      throw SyncWords.offline(why, try replica.status(), session.dates)
    }
  }

  /// One sync, with its progress on standard error.
  static func sync(_ replica: Replica, _ session: Session) async throws -> SyncReport {
    let environment = session.environment
    return try await session.signedIn { credentials, transport in
      let engine = SyncEngine(
        replica: replica, credentials: credentials, transport: transport, clock: environment.clock)
      return try await SyncProgress(sink: environment.errors, clock: environment.clock, replica: replica)
        .show { try await engine.sync() }
    }
  }
}

/// What a sync says about itself.
enum SyncWords {
  static func summary(_ report: SyncReport, _ status: ReplicaStatus) -> String {
    var words: [String] = []
    if report.contentChanged > 0 { words.append(PlainWords.count(report.contentChanged, "record") + " of the story") }
    if report.contentSwept > 0 { words.append("\(report.contentSwept) gone") }
    if report.pushed > 0 { words.append(PlainWords.count(report.pushed, "mark") + " sent") }
    if report.libraryChanged > 0 {
      words.append(PlainWords.count(report.libraryChanged, "mark") + " from your other devices")
    }
    if report.rejected > 0 { words.append(PlainWords.count(report.rejected, "mark") + " refused") }
    if words.isEmpty { words.append("nothing new") }
    if status.pending > 0 { words.append(PlainWords.count(status.pending, "mark") + " still waiting") }
    return "Up to date: " + words.joined(separator: " · ")
  }

  static func offline(_ why: String, _ status: ReplicaStatus, _ dates: DateWords) -> CommandFailure {
    guard status.hasContent else { return CommandFailure(.nothingCached, "offline: \(why); nothing was fetched yet") }
    let fetched = status.lastSyncedAt.map { " of \(dates.exact($0))" } ?? ""
    return CommandFailure(.error, "offline: \(why); you still have the copy\(fetched)")
  }
}
