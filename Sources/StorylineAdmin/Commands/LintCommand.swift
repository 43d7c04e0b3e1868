import ArgumentParser
import StorylineModels
import StorylineSeeds

struct LintCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Name every fault of a story folder.",
    discussion: """
      All faults at once, as FILE:LINE:COLUMN: error: what is wrong; what to do. Nothing is changed. With --database, \
      block ids are those of the published articles, as “plan” and “apply” see them.

      Examples:
        storyline-admin lint seeds/ukraine-nato
        storyline-admin lint seeds/ukraine-nato --format json
        storyline-admin lint seeds/ukraine-nato --format github

      Exit codes: 0 no errors (there may be warnings), 1 errors.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, github }

  @Argument(help: ArgumentHelp("The story's folder.", valueName: "folder"))
  var folder: String

  @Option(help: "How to print: text, json, or github (for a workflow there).")
  var format = Format.text

  @Option(help: ArgumentHelp("Look at what this database has published.", valueName: "file"))
  var database: String?

  func run(_ context: AdminContext) async throws {
    let stored =
      try await database.map { DatabaseFile(path: $0, pepperFile: nil, erasureLedger: nil, context) }?.records() ?? []
    context.console.progress("reading the folder")
    let story = SeedFolder.read(folder)
    context.console.progress("looking for faults")
    let list = FaultList(faults: story.lint(stored: stored))
    switch format {
    case .json: try context.console.json(FaultReport(list))
    case .github:
      for fault in list.faults { context.console.out(fault.workflowCommand) }
    case .text:
      list.show(on: context.console)
      context.console.out("\(folder): \(list.summary)")
    }
    if list.hasErrors { throw CommandExit.failed }
  }
}
