import ArgumentParser
import StorylineModels
import StorylineSeeds

struct PlanCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what “apply” would change.",
    discussion: """
      Reads the folder and the database and changes neither. The database must not be in use by storylined.

      Examples:
        storyline-admin plan seeds/ukraine-nato
        storyline-admin plan seeds/ukraine-nato --database /var/lib/storyline/storyline.sqlite --json

      Exit codes: 0 nothing would change, 2 something would, 1 the folder has errors or the database cannot be read.

      JSON: {new, changed, gone, unchanged, changes: [{key, action, title, place, members, blocks…}], faults}
      """)

  @Argument(help: ArgumentHelp("The story's folder.", valueName: "folder"))
  var folder: String

  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Count what is gone from the folder as removed.")
  var prune = false

  @Flag(help: "Print JSON.")
  var json = false

  func run(_ context: AdminContext) async throws {
    let story = SeedFolder.read(folder)
    let plan = story.plan(against: try await database.file(context).records())
    let faults = FaultList(faults: plan.faults)
    faults.show(on: context.console)
    if json { try context.console.json(PlanReport(plan)) }
    if plan.hasErrors { throw CommandExit.failed }
    if !json { PlanView(plan, context.console).show(prune: prune) }
    if !plan.isEmpty || (prune && !plan.gone.isEmpty) { throw CommandExit.changes }
  }
}

private struct PlanReport: Encodable {
  let new: Int
  let changed: Int
  let gone: Int
  let unchanged: Int
  let changes: [PlannedChange]
  let faults: [Fault]

  init(_ plan: SeedPlan) {
    new = plan.count(.new)
    changed = plan.count(.changed)
    gone = plan.count(.gone)
    unchanged = plan.count(.unchanged)
    changes = plan.changes.filter { $0.action != .unchanged }
    faults = plan.faults
  }
}
