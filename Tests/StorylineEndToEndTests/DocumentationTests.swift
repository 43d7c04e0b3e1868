import Foundation
import StorylineModels
import StorylineServer
import StorylineTestSupport
import Testing

/// What the documents say is what the code does.
@Suite struct DocumentationTests {
  private func text(_ path: String) throws -> String {
    try String(contentsOf: Program.repository.appendingPathComponent(path), encoding: .utf8)
  }

  /// The first column of a Markdown table's rows, without code marks.
  private func firstColumn(of document: String) -> [String] {
    document.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| ---") }.compactMap { row in
      row.split(separator: "|").first.map { $0.replacing("`", with: "").trimmingCharacters(in: .whitespaces) }
    }
  }

  @Test func `every make target that a document names exists`() throws {
    let makefile = try text("Makefile")
    for document in ["README.md", "CONTRIBUTING.md", "deploy/README.md", "deploy/demo"] {
      for match in try text(document).matches(of: /(?:`|\$ |^ *)make ([a-z-]+)/.anchorsMatchLineEndings()) {
        #expect(makefile.contains("\n\(match.1):"), "\(document): make \(match.1)")
      }
    }
  }

  @Test func `the table of settings is the list in the code`() throws {
    let rows = firstColumn(of: try text("docs/configuration.md"))
    #expect(rows.filter { $0.contains(".") } == ConfigurationKey.all.map(\.name))
  }

  @Test func `the table of problems is the list in the code`() throws {
    let rows = try text("docs/error-codes.md").matches(of: /\| `([a-z-]+)` \| (\d+) \|/).map { "\($0.1) \($0.2)" }
    #expect(rows == Problem.Code.known.map { "\($0.rawValue) \($0.status)" })
  }

  @Test func `each problem says what a client does`() throws {
    let words = ["wait", "repeat", "re-anchor", "bootstrap", "sign in", "quarantine", "split", "stop"]
    for row in try text("docs/error-codes.md").matches(of: /\| `([a-z-]+)` \| \d+ \| [^|]+ \| ([^|]+) \|/) {
      #expect(words.contains { row.2.contains($0) }, "\(row.1): \(row.2)")
    }
  }

  @Test func `the protocol's table of addresses is the list in the code`() throws {
    let rows = try text("docs/protocol.md").matches(of: /\| ([A-Z]+) \| `(\/[^`]*)` \|/).map { "\($0.1) \($0.2)" }
    #expect(rows.sorted() == Route.allCases.map { "\($0.method.rawValue) \($0.path)" }.sorted())
  }

  @Test func `the protocol's invariants have the names that the simulator uses`() throws {
    let code = try text("Sources/StorylineSimulator/Invariant.swift")
    let titles = code.matches(of: /case \.[A-Za-z]+: "([^"]+)"/).map { String($0.1) }
    let rows = try text("docs/protocol.md").matches(of: /\| I(\d+) \| ([^|]+) \|/).map { "\($0.1) \($0.2)" }
    #expect(rows == titles.enumerated().map { "\($0.offset + 1) \($0.element)" })
    #expect(rows.count == 25)
  }

  @Test func `the protocol's table of limits has every limit`() throws {
    let limits = try StorylineJSON.decode([String: Int].self, from: StorylineJSON.encode(ServiceLimits()))
    let document = try text("docs/protocol.md")
    for name in limits.keys { #expect(document.contains("`\(name)`"), "\(name)") }
  }

  @Test func `the table of targets is the package's list`() throws {
    let package = try text("Package.swift")
    let declared = Set(package.matches(of: /(?:library|tool)\(\s*"([A-Za-z-]+)"/).map { String($0.1) })
    let named = Set(
      try text("ARCHITECTURE.md").matches(of: /`(Storyline[A-Za-z]+|storyline[a-z-]*)`/).map { String($0.1) })
    #expect(declared.subtracting(named).isEmpty, "not in ARCHITECTURE.md: \(declared.subtracting(named))")
  }

  @Test func `every file that a document links to is there`() throws {
    for document in [
      "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "deploy/README.md", "docs/protocol.md",
      "docs/life-of-a-sync.md",
    ] {
      for match in try text(document).matches(of: /`((?:docs|deploy|seeds|Tests|Sources)\/[A-Za-z0-9_.\/-]+)`/) {
        let path = Program.repository.appendingPathComponent(String(match.1)).path
        #expect(FileManager.default.fileExists(atPath: path), "\(document): \(match.1)")
      }
    }
  }

  @Test func `the mains stay short`() throws {
    for main in ["storylined", "storyline", "storyline-admin"] {
      let lines = try text("Sources/\(main)/main.swift").split(separator: "\n", omittingEmptySubsequences: false).count
      #expect(lines <= 26, "\(main): \(lines) lines")
    }
  }

  @Test func `no source of ours crashes on purpose`() throws {
    let sources = Program.repository.appendingPathComponent("Sources")
    let files = try #require(FileManager.default.enumerator(atPath: sources.path)).compactMap { $0 as? String }
    for file in files where file.hasSuffix(".swift") {
      let code = try String(contentsOf: sources.appendingPathComponent(file), encoding: .utf8)
      for word in ["try!", " as! ", "fatalError(", "preconditionFailure("] {
        #expect(!code.contains(word), "\(file): \(word)")
      }
    }
  }
}
