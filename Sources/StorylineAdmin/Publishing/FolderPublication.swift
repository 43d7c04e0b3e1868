import Foundation
import StorylineModels
import StorylineSeeds
import StorylineStore

/// Publishes what a folder says: what `apply` does once and `watch --apply` at every save.
struct FolderPublication {
  let folder: String
  let author: String
  /// What readers are told of articles whose words change, and as what; nil if the folder has to say it.
  var note: (text: String, type: String)?
  var prune = false
  /// Whether the question of `prune` was answered beforehand.
  var isConfirmed = false
  let context: AdminContext
  /// What the folder would change where nothing is published, if that was found out already.
  var firstPlan: SeedPlan?

  /// More than this share of what is published goes only if a person says so.
  private static let askAbove = 10

  struct Outcome {
    var plan: SeedPlan
    var results: [PublishResult]
    /// Files with notes that were written into the folder.
    var notes: [String] = []
    /// Images that were sent.
    var media: [SeedMedia] = []
  }

  /// - Throws: `AdminFailure` if the folder has faults, a note is missing, or somebody else was faster.
  func run(at desk: any PublishingDesk) async throws -> Outcome {
    context.interruption.willSay("stopped; nothing was published")
    defer { context.interruption.willSay(nil) }
    context.console.progress("asking what is published")
    let stored = try await desk.records()
    let scheduled = try await desk.schedule().planned()
    var plan = try self.plan(stored, scheduled, isShown: true)
    var notes: [String] = []
    if let note, !plan.missingNotes.isEmpty {
      notes = try NoteFiles(folder: folder, now: context.now()).write(
        note.text, type: note.type, for: plan.missingNotes)
      plan = try self.plan(stored, scheduled, isShown: false)
    }
    guard plan.missingNotes.isEmpty else { throw Self.missing(plan.missingNotes) }
    let removals = try removals(plan, stored)
    let commits = CommitSplitter(author: author, stored: stored).commits(for: plan, removals: removals)
    var outcome = Outcome(plan: plan, results: [], notes: notes)
    // Whatever ends this between an image and its commit leaves nothing that a reader could see.
    outcome.media = try await MediaTransfer(media: plan.media).send(to: desk, context.console)
    try await publish(commits, at: desk, &outcome)
    return outcome
  }

  /// One after the other; who wants it to stop gets it between two of them.
  private func publish(
    _ commits: [ContentCommit], at desk: any PublishingDesk, _ outcome: inout Outcome
  ) async throws {
    context.interruption.willSay(nil)
    context.interruption.isAwaited(true)
    defer { context.interruption.isAwaited(false) }
    for (number, commit) in commits.enumerated() {
      let state = "\(number) of \(commits.count) commits are published; the same command publishes the rest"
      guard !context.interruption.isAsked else {
        context.console.err("stopped; " + (number == 0 ? "nothing was published" : state))
        throw CommandExit.interrupted
      }
      if commits.count > 1 {
        context.console.progress(number, of: commits.count, "commits")
      } else {
        context.console.progress("publishing")
      }
      do {
        outcome.results.append(try await desk.publish(commit))
      } catch {
        if number > 0 { context.console.err(state) }
        throw error
      }
    }
  }

  /// - Parameter isShown: whether warnings are said; those of a folder with errors always are.
  private func plan(
    _ stored: [ContentChange], _ scheduled: [PlannedSchedule], isShown: Bool
  ) throws -> SeedPlan {
    let plan: SeedPlan
    if let firstPlan, isShown, stored.isEmpty, scheduled.isEmpty {
      plan = firstPlan
    } else {
      context.console.progress("reading the folder")
      let story = SeedFolder.read(folder)
      context.console.progress("comparing it with what is published")
      plan = story.plan(against: stored, scheduled: scheduled, now: context.now())
    }
    let faults = FaultList(faults: plan.faults)
    if isShown || faults.hasErrors { faults.show(on: context.console) }
    guard !faults.hasErrors else { throw AdminFailure("\(folder): \(faults.summary); nothing was changed") }
    return plan
  }

  private static func missing(_ notes: [MissingNote]) -> AdminFailure {
    let list = notes.prefix(10).map { "“\($0.headline)” (\($0.article))" }.joined(separator: ", ")
    let more = notes.count > 10 ? " and \(notes.count - 10) more" : ""
    return AdminFailure(
      "readers must be told what changed in \(list)\(more): say it with --note \"…\", or write an update into updates/ "
        + "(“storyline-admin new update”); nothing was changed")
  }

  private func removals(_ plan: SeedPlan, _ stored: [ContentChange]) throws -> [ContentCommit.Removal] {
    guard prune else { return [] }
    guard plan.isWhole else {
      throw AdminFailure("\(folder) has no story.yaml, so it is not a whole story; --prune would remove the rest of it")
    }
    let gone = plan.gone
    if gone.count * Self.askAbove > stored.count, !isConfirmed {
      let question = "\(gone.count) of \(stored.count) published records are gone from \(folder). Remove them?"
      switch context.console.confirms(question) {
      case true?: break
      case false?: throw AdminFailure("nothing was changed")
      case nil:
        throw AdminFailure(
          "\(gone.count) of \(stored.count) published records are gone from \(folder), more than a tenth; look at it "
            + "with “plan --prune”, and if it is meant, add --yes; nothing was changed")
      }
    }
    // What names others goes before what is named.
    return gone.reversed().map { ContentCommit.Removal(kind: $0.kind, id: $0.id) }
  }
}

extension [ScheduledRecord] {
  /// As a plan compares them; what this version cannot read is never equal to what a folder says.
  func planned() throws -> [PlannedSchedule] {
    try map { PlannedSchedule(entity: try Entity(kind: $0.kind, id: $0.id, body: $0.body), at: $0.at) }
  }
}
