import ArgumentParser
import StorylineModels
import StorylineSeeds

struct PlanCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what “apply” would change.",
    discussion: """
      Reads the folder and what is published, and changes neither. Of what would change, the words before and after \
      are shown. While storylined runs it asks the service.

      Examples:
        storyline-admin plan seeds/ukraine-nato
        storyline-admin plan seeds/ukraine-nato --brief
        storyline-admin plan seeds/ukraine-nato --database /var/lib/storyline/storyline.sqlite --json

      Exit codes: 0 nothing would change, 2 something would, 1 the folder has errors or the database cannot be read.

      JSON: {new, changed, gone, unchanged, scheduled, cancelled, changes: [{key, action, title, place, members, \
      blocks…, differences, publishAt}], missingNotes, media: [{name, sha256, type, bytes}], faults}
      """)

  @Argument(help: ArgumentHelp("The story's folder.", valueName: "folder"))
  var folder: String

  @OptionGroup var desk: DeskOptions

  @Flag(help: "Count what is gone from the folder as removed.")
  var prune = false

  @Flag(help: "Show only what would change, not the words before and after.")
  var brief = false

  @Flag(help: "Print JSON.")
  var json = false

  func run(_ context: AdminContext) async throws {
    let (plan, media) = try await desk.withDesk(context) { desk in
      context.console.progress("asking what is published")
      let (records, scheduled) = (try await desk.records(), try await desk.schedule().planned())
      context.console.progress("reading the folder")
      let story = SeedFolder.read(folder)
      context.console.progress("comparing it with what is published")
      let plan = story.plan(against: records, scheduled: scheduled, now: context.now())
      return (plan, try await MediaTransfer(media: plan.media).missing(at: desk))
    }
    context.console.clear()
    let faults = FaultList(faults: plan.faults)
    faults.show(on: context.console)
    if json { try context.console.json(PlanReport(plan, media)) }
    if plan.hasErrors { throw CommandExit.failed }
    if !json { PlanView(plan, media, context.console).show(prune: prune, details: !brief) }
    if !plan.isEmpty || !media.isEmpty || (prune && !plan.gone.isEmpty) { throw CommandExit.changes }
  }
}

private struct PlanReport: Encodable {
  let new: Int
  let changed: Int
  let gone: Int
  let unchanged: Int
  let scheduled: Int
  let cancelled: [EntityKey]
  /// Articles that need a note to their readers.
  let missingNotes: [String]
  let changes: [PlannedChange]
  /// Images that would be sent.
  let media: [MediaDescription]
  let faults: [Fault]

  init(_ plan: SeedPlan, _ media: [SeedMedia]) {
    new = plan.count(.new)
    changed = plan.count(.changed)
    gone = plan.count(.gone)
    unchanged = plan.count(.unchanged)
    scheduled = plan.count(.scheduled)
    cancelled = plan.cancellations
    missingNotes = plan.missingNotes.map(\.article)
    changes = plan.changes.filter { $0.action != .unchanged }
    faults = plan.faults
    self.media = media.map { image in
      MediaDescription(sha256: image.id, type: image.format.mediaType, bytes: image.bytes, name: image.name)
    }
  }
}
