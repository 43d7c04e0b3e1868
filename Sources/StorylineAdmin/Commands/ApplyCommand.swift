import ArgumentParser
import StorylineModels
import StorylineSeeds
import StorylineStore

struct ApplyCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Publish a story folder, in one transaction.",
    discussion: """
      Lints first and refuses a folder with errors. All changes go into one commit: either all of them are published \
      or none. Applying the same folder again changes nothing. What is gone from the folder is named and stays \
      published, unless --prune is given. The database must not be in use by storylined.

      Examples:
        storyline-admin apply seeds/ukraine-nato
        storyline-admin apply seeds/ukraine-nato --database /var/lib/storyline/storyline.sqlite --author desk
      """)

  @Argument(help: ArgumentHelp("The story's folder.", valueName: "folder"))
  var folder: String

  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Remove what is published but gone from the folder.")
  var prune = false

  @Option(help: ArgumentHelp("Who publishes; kept in the commit log. Default: $USER.", valueName: "name"))
  var author: String?

  @Flag(help: "Print JSON: {rev, new, changed, removed, unchanged, gone}.")
  var json = false

  func run(_ context: AdminContext) async throws {
    let story = SeedFolder.read(folder)
    let file = database.file(context)
    // A folder with errors must not leave an empty database behind.
    if !file.exists { try refuse(FaultList(faults: story.lint()), context) }
    try await file.withStore { store in
      let plan = story.plan(against: try await store.contentRecords())
      let faults = FaultList(faults: plan.faults)
      try refuse(faults, context)
      faults.show(on: context.console)
      if prune, !plan.isWhole {
        throw AdminFailure(
          "\(folder) has no story.yaml, so it is not a whole story; --prune would remove the rest of it")
      }
      let removals = prune ? plan.gone.map { ContentCommit.Removal(kind: $0.kind, id: $0.id) } : []
      let commit = ContentCommit(entities: plan.entities, removals: removals, author: name(context))
      let result = commit.entities.isEmpty && removals.isEmpty ? nil : try await store.publish(commit)
      try report(plan, result, context)
    }
  }

  private func refuse(_ faults: FaultList, _ context: AdminContext) throws {
    guard faults.hasErrors else { return }
    faults.show(on: context.console)
    throw AdminFailure("\(folder): \(faults.summary); nothing was changed")
  }

  private func name(_ context: AdminContext) -> String {
    author ?? context.environment["USER"].flatMap { $0.isEmpty ? nil : $0 } ?? "storyline-admin"
  }

  private func report(_ plan: SeedPlan, _ result: PublishResult?, _ context: AdminContext) throws {
    if json { return try context.console.json(ApplyReport(plan, result)) }
    let view = PlanView(plan, context.console)
    if let rev = result?.rev {
      let removed = result?.removed ?? 0
      context.console.out(
        "published as commit \(rev): \(plan.count(.new)) new, \(plan.count(.changed)) changed, \(removed) removed, "
          + "\(plan.count(.unchanged)) unchanged")
    } else {
      context.console.out("nothing changed: \(plan.count(.unchanged)) unchanged")
    }
    guard !prune else { return }
    for change in plan.changes where change.action == .gone { context.console.out(view.line(change)) }
    view.goneHint(prune: false)
  }
}

private struct ApplyReport: Encodable {
  let rev: Int64?
  let new: Int
  let changed: Int
  let removed: Int
  let unchanged: Int
  /// Published but not in the folder, and not removed.
  let gone: [EntityKey]

  init(_ plan: SeedPlan, _ result: PublishResult?) {
    rev = result?.rev
    new = plan.count(.new)
    changed = plan.count(.changed)
    unchanged = plan.count(.unchanged)
    removed = result?.removed ?? 0
    gone = removed > 0 ? [] : plan.gone
  }
}
