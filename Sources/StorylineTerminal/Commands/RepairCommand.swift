import ArgumentParser
import Foundation
import StorylineClient
import StorylineModels

struct RepairCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Make a damaged copy of the story anew, with your marks.",
    discussion: """
      Every mark that can still be read is kept, also those that wait to be sent; the story itself is fetched again. \
      The damaged file stays beside the new one. A copy that is sound is left as it is.

      Examples:
        storyline repair

      JSON: {report: {records, unsent, damagedPath}}; no report if nothing was damaged
      """)

  @Flag(help: "Also if no damage is found.")
  var force = false

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    guard FileManager.default.fileExists(atPath: session.home.replicaPath) else {
      throw try session.home.keeper.load() == nil ? CommandFailure.notSignedIn : .neverSynced
    }
    if !force, let sound = try soundness(session) { return try session.show(RepairReport(), [Line(sound)]) }
    let report = try session.rebuildReplica()
    try session.show(
      RepairReport(report: report), Paragraph(RepairWords(report: report).text).lines(width: session.layout.prose))
    guard try session.home.keeper.load() != nil else {
      return try session.note("Not signed in: the story comes with “storyline login” and “storyline sync”.")
    }
    do {
      let replica = try session.openReplica()
      let result = try await SyncCommand.sync(replica, session)
      try session.note(SyncWords.summary(result, try replica.status()))
    } catch SyncError.offline {
      try session.note("Offline: the story comes with the next “storyline sync”.")
    } catch let failure as CommandFailure {
      try session.note("The story was not fetched yet: \(failure.message)")
    }
  }

  /// nil if it is damaged.
  private func soundness(_ session: Session) throws -> String? {
    do {
      _ = try session.openUndamaged()
      return "Nothing is damaged."
    } catch ReplicaError.damaged { return nil }
  }
}

/// What a repair kept.
struct RepairWords {
  var report: RebuildReport

  var text: String {
    let kept = PlainWords.count(report.records, "mark")
    let unsent = report.unsent > 0 ? " (\(report.unsent) of them not sent yet)" : ""
    return "Kept \(kept)\(unsent). The damaged file is \(report.damagedPath); delete it when nothing is missing."
  }
}
