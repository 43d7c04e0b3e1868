import ArgumentParser
import Foundation
import StorylineModels
import StorylineSeeds

struct SuggestCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "suggest",
    abstract: "Propose facts that an article holds, for you to accept.",
    discussion: """
      Looks for actors by their names and aliases, for quotations with their speaker, for sums of money and for days, \
      which it makes absolute from the day of publication. Prints YAML with evidence; what it does not know stands \
      between ‹ and ›. It proposes and never publishes.

      --accept writes what you accept into the folder, one file an entry: “ask” asks for each, numbers name them.

      Examples:
        storyline-admin suggest harbour/articles/2024-12-04-vote.md
        storyline-admin suggest harbour/articles/2024-12-04-vote.md --accept ask
        storyline-admin suggest harbour/articles/2024-12-04-vote.md --accept 1,3

      JSON: {actors, dates, entries: [{number, kind, id, text, isOpen}]}
      """)

  @Argument(help: ArgumentHelp("An article in a story folder.", valueName: "file"))
  var file: String

  @Option(help: ArgumentHelp("ask, all, or the numbers of those to accept.", valueName: "which"))
  var accept: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run(_ context: AdminContext) throws {
    let folder = Self.folder(of: file)
    guard let suggestions = Suggestions(file: file, story: SeedFolder.read(folder)) else {
      throw AdminFailure("\(file): is no article of a story folder that can be read; “lint \(folder)” says more")
    }
    if json, accept == nil { return try context.console.json(SuggestionReport(suggestions)) }
    let chosen = try choose(suggestions, context)
    guard accept != nil else { return }
    for entry in chosen { try write(entry, folder, context) }
  }

  /// Shows everything, and returns what is accepted.
  private func choose(_ suggestions: Suggestions, _ context: AdminContext) throws -> [Suggestions.Entry] {
    let console = context.console
    if !suggestions.actors.isEmpty {
      console.out("# It mentions actors that it does not list:\nactors:")
      for actor in suggestions.actors { console.out("  - \(actor)") }
    }
    if !suggestions.dates.isEmpty {
      console.out("# Days that it names:")
      for date in suggestions.dates { console.out("#   \(date)") }
    }
    let numbers = try self.numbers(suggestions.entries.count)
    var chosen: [Suggestions.Entry] = []
    for (index, entry) in suggestions.entries.enumerated() {
      console.out("# \(index + 1): a \(entry.kind)\(entry.isOpen ? ", with open places" : "")")
      console.out(entry.text)
      if numbers?.contains(index + 1) == true { chosen.append(entry) }
      guard accept == "ask" else { continue }
      guard let answer = console.confirms("Accept \(index + 1)?") else {
        throw AdminFailure("there is nobody to ask; name the numbers: --accept 1,3; nothing was written")
      }
      if answer { chosen.append(entry) }
    }
    if suggestions.entries.isEmpty { console.out("# No quotation and no sum that is not in the story already.") }
    return chosen
  }

  private func numbers(_ count: Int) throws -> Set<Int>? {
    guard let accept, accept != "ask" else { return nil }
    if accept == "all" { return Set(0...count) }
    let numbers = accept.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces)) }
    guard !numbers.isEmpty, numbers.allSatisfy({ $0.map { (1...max(1, count)).contains($0) } ?? false }) else {
      throw AdminFailure("--accept takes ask, all, or numbers from 1 to \(count); nothing was written")
    }
    return Set(numbers.compactMap(\.self))
  }

  private func write(_ entry: Suggestions.Entry, _ folder: String, _ context: AdminContext) throws {
    let name = "\(entry.kind)s/\(entry.id).yaml"
    guard !FileManager.default.fileExists(atPath: "\(folder)/\(name)") else {
      throw AdminFailure("\(folder)/\(name) is there already")
    }
    try FolderChange(folder: folder, old: [], new: [name: entry.text]).write()
    context.console.out("wrote \(folder)/\(name)" + (entry.isOpen ? "; fill what stands between ‹ and ›" : ""))
  }

  private static func folder(of file: String) -> String {
    let folder = (file as NSString).deletingLastPathComponent
    let parent =
      (folder as NSString).lastPathComponent == "articles" ? (folder as NSString).deletingLastPathComponent : folder
    return parent.isEmpty ? "." : parent
  }
}

private struct SuggestionReport: Encodable {
  struct Entry: Encodable {
    let number: Int
    let kind: ContentKind
    let id: String
    let text: String
    let isOpen: Bool
  }

  let actors: [String]
  let dates: [String]
  let entries: [Entry]

  init(_ suggestions: Suggestions) {
    actors = suggestions.actors
    dates = suggestions.dates
    entries = suggestions.entries.enumerated().map { index, entry in
      Entry(number: index + 1, kind: entry.kind, id: entry.id, text: entry.text, isOpen: entry.isOpen)
    }
  }
}
