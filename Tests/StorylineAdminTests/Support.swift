import Foundation
import StorylineAdmin
import StorylineModels
import StorylineStore
import Synchronization
import Testing

/// One run of the tool in this process: what it printed and how it ended.
struct Run {
  let code: Int32
  let out: String
  let err: String

  func json() throws -> [String: JSONValue] { try StorylineJSON.decode([String: JSONValue].self, from: Data(out.utf8)) }
}

/// A folder for one test, in which commands are run; gone with the value.
final class Desk: Sendable {
  let path: String
  /// 2024-12-04T12:00:00Z
  static let noon = Timestamp(milliseconds: 1_733_313_600_000)

  init(_ files: [String: String] = [:]) throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("desk-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try write(text, to: name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var database: String { path + "/storyline.sqlite" }

  func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func read(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

  func mode(_ name: String) throws -> Int {
    let facts = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
    return try #require(facts[.posixPermissions] as? NSNumber).intValue
  }

  /// Runs a command line; `@` at the start of an argument stands for this folder.
  ///
  /// - Parameter answer: what a person types when asked; nil for nobody.
  func run(
    _ arguments: String..., now: Timestamp = Desk.noon, colour: Bool = false, answer: String? = nil
  ) async -> Run {
    await run(arguments, now: now, colour: colour, answer: answer)
  }

  func run(
    _ arguments: [String], now: Timestamp = Desk.noon, colour: Bool = false, answer: String? = nil
  ) async -> Run {
    let output = Mutex((out: "", err: ""))
    var person: (@Sendable () -> String?)?
    if let answer { person = { answer } }
    let console = Console(colour: colour, answer: person) { text, isMessage in
      output.withLock { if isMessage { $0.err += text } else { $0.out += text } }
    }
    let environment = ["STORYLINE_DATABASE_PATH": database, "USER": "editor"]
    let tool = AdminTool(console: console, environment: environment, now: { now })
    let code = await tool.run(arguments.map { $0.hasPrefix("@") ? path + $0.dropFirst() : $0 })
    return output.withLock { Run(code: code, out: $0.out, err: $0.err) }
  }

  func store() throws -> StoryStore {
    try StoryStore.open(
      at: database, options: StoreOptions(pepper: try Pepper.loadOrCreate(at: database + ".pepper"), now: { Desk.noon })
    )
  }

  /// What is published: `kind id rev`.
  func published() async throws -> [String] {
    let store = try store()
    let records = try await store.contentRecords()
    try store.close()
    return records.map { "\($0.kind) \($0.id) \($0.rev)" }.sorted()
  }
}

enum Town {
  static let files: [String: String] = [
    "town/story.yaml": "id: town\ntitle: The town\n",
    "town/actors.yaml": "- id: mayor\n  type: person\n  name: The mayor\n",
    "town/articles/vote.md": """
    ---
    headline: The vote
    publishedAt: "2024-03-01T08:00:00Z"
    actors: [mayor]
    ---

    The mayor lost the vote by two.

    Nobody was surprised.
    """,
    "town/events/2024.yaml": """
    - id: vote
      date: "2024-03-01"
      type: vote
      title: The vote
      summary: The mayor loses.
      actors: [mayor]
      evidence:
        - article: vote
          exact: lost the vote
    """,
  ]
}
