import ArgumentParser
import StorylineModels
import StorylineSeeds
import StorylineStore

struct HistoryCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "List what was published, newest first, and by whom.",
    discussion: """
      Examples:
        storyline-admin history
        storyline-admin history --limit 100 --json

      JSON: [{rev, at, author, new, changed, removed}]
      """)

  @Option(help: "How many commits, 1 to 10000.")
  var limit = 20

  @OptionGroup var desk: DeskOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000") }
  }

  func run(_ context: AdminContext) async throws {
    let commits = try await desk.withDesk(context) { try await $0.commits(before: nil, limit: limit) }
    if json { return try context.console.json(commits.map(CommitView.init)) }
    if commits.isEmpty { context.console.out("nothing is published yet") }
    for commit in commits { context.console.out(commit.line) }
  }
}

struct ShowCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what one commit changed.",
    discussion: """
      Examples:
        storyline-admin history
        storyline-admin show 12
        storyline-admin show 12 --json

      JSON: {commit: {rev, at, author, new, changed, removed}, changes: [{key, action, title, members, blocks…, \
      differences, reason}]}
      """)

  @Argument(help: ArgumentHelp("The commit's number, from “history”.", valueName: "rev"))
  var rev: Int64

  @OptionGroup var desk: DeskOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run(_ context: AdminContext) async throws {
    let detail = try await desk.withDesk(context) { try await $0.commit(rev) }
    let changes = detail.changes.map { PlannedChange(kind: $0.kind, id: $0.id, before: $0.before, after: $0.after) }
    if json {
      return try context.console.json(CommitReport(commit: CommitView(detail.summary), changes: changes))
    }
    context.console.out(detail.summary.line)
    let view = ChangeView(context.console)
    for (change, record) in zip(changes, detail.changes) {
      for line in view.lines(change, details: true) { context.console.out(line) }
      if let reason = record.reason { context.console.out("         reason: \(reason)") }
      if !record.isPublished || !record.wasPublished { continue }
      if record.before == nil || record.after == nil { context.console.out("         its words are not kept any more") }
    }
  }
}

/// A commit as JSON.
struct CommitView: Encodable {
  let rev: Int64
  let at: Timestamp
  let author: String
  let new: Int
  let changed: Int
  let removed: Int

  init(_ commit: CommitSummary) {
    rev = commit.rev
    at = commit.at
    author = commit.author
    new = commit.new
    changed = commit.changed
    removed = commit.removed
  }
}

private struct CommitReport: Encodable {
  let commit: CommitView
  let changes: [PlannedChange]
}

extension CommitSummary {
  /// `12  2026-11-25T10:00:00.000Z  desk  1 new, 2 changed, 0 removed`, without what could act on a terminal.
  var line: String {
    let name = String(author.unicodeScalars.filter { $0.properties.generalCategory != .control }.map(Character.init))
    return "\(rev)  \(at)  \(name)  \(new) new, \(changed) changed, \(removed) removed"
  }
}
