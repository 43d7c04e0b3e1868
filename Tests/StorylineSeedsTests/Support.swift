import Foundation
import StorylineModels
import StorylineSeeds

/// A folder of files for one test; gone with the value.
final class Workplace {
  let path: String

  init(_ files: [String: String] = [:]) throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("seeds-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try write(Data(text.utf8), to: name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ data: Data, to name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  /// Read while the folder is there.
  func story(_ sub: String = "") -> SeedStory { SeedFolder.read(path + sub) }

  func lint() -> [Fault] { SeedFolder.read(path).lint() }

  /// Faults as `FILE:LINE rule`, without the folder's path.
  func marks(_ severity: Fault.Severity = .error) -> [String] {
    lint().filter { $0.severity == severity }.map {
      "\($0.file.dropFirst(path.count + 1)):\($0.line) \($0.rule.rawValue)"
    }
  }
}

/// A small story that is right in every way, to be spoilt by one line.
enum GoodStory {
  static let files: [String: String] = [
    "story.yaml": """
    id: harbour
    title: The harbour
    brief:
      - The towns wait.
    chapters:
      - id: plans
        title: Plans
        from: "2020"
    """,
    "sources.yaml": """
    - id: desk
      name: Our desk
      type: publisher
      url: https://news.example
    """,
    "actors.yaml": """
    - id: district
      type: government-body
      name: The district
    - id: sandvik
      type: organisation
      name: Sandvik
      memberOf:
        - actor: district
          since: "1950"
    """,
    "tags.yaml": "harbour: Harbour\n",
    "articles/2024-03-01-promise.md": """
    ---
    headline: District promises money
    source: desk
    publishedAt: "2024-03-01T08:00:00Z"
    chapter: plans
    actors: [district]
    tags: [harbour]
    ---

    The district promised **14 million** euros on Friday.

    > We will build.
    > — The district head

    The towns want more.
    """,
    "events/2024.yaml": """
    - id: promise
      chapter: plans
      date: "2024-03-01"
      type: decision
      title: The promise
      summary: The district promises money.
      actors:
        - district
      evidence:
        - article: 2024-03-01-promise
          exact: promised 14 million euros
    """,
    "quotes/2024.yaml": """
    - id: q-build
      text: We will build.
      speaker: district
      date: "2024-03-01"
      event: promise
      evidence:
        - article: 2024-03-01-promise
          exact: We will build.
    """,
    "positions/2024.yaml": """
    - id: sandvik-money-2024
      actor: sandvik
      topic: money
      stance: opposes
      date: "2024-03"
      summary: Wants more.
      evidence:
        - article: 2024-03-01-promise
          exact: The towns want more.
    """,
    "commitments/2024.yaml": """
    - id: district-14m
      from: [district]
      to: [sandvik]
      title: First money
      type: financial
      amount: "14000000"
      currency: EUR
      status: announced
      date: "2024-03-01"
      event: promise
      evidence:
        - article: 2024-03-01-promise
          exact: 14 million euros
    """,
  ]

  /// The story with one text of one file replaced.
  static func with(_ file: String, _ old: String, _ new: String) throws -> Workplace {
    var files = files
    let text = files[file] ?? ""
    guard text.contains(old) else { throw CocoaError(.fileReadUnknown) }
    files[file] = text.replacingOccurrences(of: old, with: new)
    return try Workplace(files)
  }
}

/// What a store that published `entities` would hold.
func stored(_ entities: [Entity]) throws -> [ContentChange] {
  try entities.map { ContentChange(kind: $0.kind, id: $0.id, rev: 1, body: try $0.body()) }
}
