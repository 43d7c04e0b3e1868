import ArgumentParser
import StorylineModels

/// How a page is printed where it is not laid out for a screen.
struct PageOptions: ParsableArguments {
  @Flag(help: "No colours and no rules, each paragraph on one line.")
  var plain = false

  @Flag(help: "Markdown.")
  var md = false

  func validate() throws {
    if plain, md { throw ValidationError("--plain, --md and --json exclude each other.") }
  }
}

/// Which part of a list is printed.
struct ListOptions: ParsableArguments {
  @Option(help: ArgumentHelp("At most so many.", valueName: "count"))
  var limit: Limit?

  @Option(help: DateHelp.text("Only those of this date or later"))
  var since: DateArgument?

  @OptionGroup var page: PageOptions

  /// Those of the list that are wanted, by their dates; what has no date is of no date or later.
  func chosen<Item>(_ items: [Item], date: (Item) -> PartialDate?) -> [Item] {
    let dated = items.filter { item in
      since.map { since in date(item).map { $0.lastDay >= since.date.firstDay } ?? false } ?? true
    }
    return limit.map { Array(dated.prefix($0.count)) } ?? dated
  }
}

extension Session {
  /// Prints a page in the form that is asked for; `markdown` is made only for `--md`.
  func show(
    _ report: some Encodable, as options: PageOptions, markdown: () throws -> String, _ lines: (Layout) throws -> [Line]
  ) throws {
    if wantsJSON, options.plain || options.md {
      throw CommandFailure(.usage, "--plain, --md and --json exclude each other")
    }
    if options.md { return try environment.output.write(try markdown()) }
    if options.plain {
      let layout = Layout(width: layout.width, isUnwrapped: true)
      return try environment.output.write(Palette.plain.render(try lines(layout)))
    }
    try show(report, try lines(layout))
  }
}
