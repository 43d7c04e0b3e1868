import ArgumentParser
import StorylineModels
import StorylineSeeds

struct ParseCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "parse",
    abstract: "Show what an article file is understood as, line by line.",
    discussion: """
      Reads .txt (raw text as copied from a page) and .md (front matter and Markdown), with the .yaml of the same name \
      beside it. Every line is shown with the role it was given and why. Nothing is changed.

      Examples:
        storyline-admin parse articles/2024-12-03-ministers-meet.txt
        storyline-admin parse articles/2024-12-03-ministers-meet.txt --json

      JSON: {article, lines: [{number, text, role, reason, block}], faults}
      """)

  @Argument(help: ArgumentHelp("The article.", valueName: "file"))
  var file: String

  @Flag(help: "Print JSON.")
  var json = false

  func run(_ context: AdminContext) throws {
    let parsed = SeedFolder.readArticle(file)
    let faults = FaultList(faults: parsed.faults)
    if json {
      try context.console.json(ParseReport(parsed))
    } else {
      for line in ParseView(parsed, context.console).lines() { context.console.out(line) }
    }
    faults.show(on: context.console)
    if faults.hasErrors { throw CommandExit.failed }
  }
}

private struct ParseReport: Encodable {
  let article: Article?
  let lines: [ReadLine]
  let faults: [Fault]

  init(_ parsed: ParsedArticle) {
    article = parsed.article
    lines = parsed.lines
    faults = parsed.faults
  }
}
