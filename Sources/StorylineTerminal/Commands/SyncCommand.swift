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

      With --images it also fetches every image of the story that the service has, so that none of them has to be \
      asked for when you look at it: the service learns nothing, and they are there without a network.

      Examples:
        storyline sync
        storyline sync --images

      JSON: {report: {contentChanged, contentSwept, pushed, superseded, rejected, libraryChanged, requests, \
      backoff}, status, images: {named, kept, fetched, left}}
      """)

  @Flag(help: "Fetch all images of the story too.")
  var images = false

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    guard try session.home.keeper.load() != nil else { throw CommandFailure.notSignedIn }
    let replica = try session.openReplica()
    let report = try await Self.offlineInWords(replica, session) { try await Self.sync(replica, session) }
    var fetched: ImageReport?
    if images { fetched = try await Self.offlineInWords(replica, session) { try await Self.fetch(replica, session) } }
    let status = try replica.status()
    try session.show(
      SyncResultReport(report: report, status: status, images: fetched),
      Paragraph(SyncWords.summary(report, status, fetched)).lines(width: session.layout.prose))
  }

  private static func offlineInWords<Report>(
    _ replica: Replica, _ session: Session, _ work: () async throws -> Report
  ) async throws -> Report {
    do {
      return try await work()
    } catch SyncError.offline(let why) {
      throw SyncWords.offline(why, try replica.status(), session.dates)
    }
  }

  /// One sync, with its progress on standard error.
  static func sync(_ replica: Replica, _ session: Session) async throws -> SyncReport {
    let environment = session.environment
    return try await session.signedIn { credentials, transport in
      let engine = SyncEngine(
        replica: replica, credentials: credentials, transport: transport, clock: environment.clock,
        images: session.imageCache)
      return try await SyncProgress(sink: environment.errors, clock: environment.clock, replica: replica)
        .show { try await engine.sync() }
    }
  }

  private static func fetch(_ replica: Replica, _ session: Session) async throws -> ImageReport {
    try await session.signedIn { credentials, transport in
      try await StoryImages(
        cache: session.imageCache, credentials: credentials, transport: transport, clock: session.environment.clock
      ).fetchAll(of: replica)
    }
  }
}

/// What a sync says about itself.
enum SyncWords {
  static func summary(_ report: SyncReport, _ status: ReplicaStatus, _ images: ImageReport? = nil) -> String {
    var words: [String] = []
    if report.contentChanged > 0 { words.append(PlainWords.count(report.contentChanged, "record") + " of the story") }
    if report.contentSwept > 0 { words.append("\(report.contentSwept) gone") }
    if report.pushed > 0 { words.append(PlainWords.count(report.pushed, "mark") + " sent") }
    if report.libraryChanged > 0 {
      words.append(PlainWords.count(report.libraryChanged, "mark") + " from your other devices")
    }
    if report.rejected > 0 { words.append(PlainWords.count(report.rejected, "mark") + " refused") }
    if let images {
      if images.fetched > 0 { words.append(PlainWords.count(images.fetched, "image")) }
      if images.left > 0 { words.append("no room for " + PlainWords.count(images.left, "image")) }
    }
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
