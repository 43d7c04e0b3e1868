import Foundation
import StorylineAdmin
import StorylineModels
import StorylineSeeds
import StorylineStore

/// What an editor waits for: lint, plan and apply of a large folder, beside reading its files and doing nothing else.
struct EditingBench {
  let articles: Int

  func run() async throws {
    let home = FileManager.default.temporaryDirectory.appendingPathComponent("editing-bench-\(UUID().uuidString)").path
    let folder = home + "/story"
    defer { try? FileManager.default.removeItem(atPath: home) }
    try write(to: folder)
    let report = Report(title: "Editing a folder of \(articles) articles of 20 paragraphs", unit: "s")
    report.heading()
    let reading = try time { try readBytes(of: folder) }
    report.row("baseline: the files' bytes", reading)
    var faults = 0
    let lint = time { faults = SeedFolder.read(folder).lint().count }
    report.row("lint", lint, "\(faults) faults")
    report.ratio("lint of the baseline", ours: lint, baseline: reading)
    try await publish(folder, database: home + "/bench.sqlite", report)
  }

  private func publish(_ folder: String, database: String, _ report: Report) async throws {
    let apply = ["apply", folder, "--database", database]
    for (name, arguments) in [
      ("plan, nothing published", ["plan", folder, "--brief", "--database", database]), ("apply", apply),
      ("plan, nothing new", ["plan", folder, "--brief", "--database", database]), ("apply again", apply),
    ] {
      let last = LastLine()
      let tool = AdminTool(
        console: Console { text, isMessage in if !isMessage { last.set(text) } }, environment: [:])
      let start = ContinuousClock.now
      _ = await tool.run(arguments)
      report.row(name, seconds(ContinuousClock.now - start), last.text)
    }
  }

  private func write(to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder + "/articles", withIntermediateDirectories: true)
    try Data("id: bench\ntitle: A synthetic story\n".utf8).write(to: URL(fileURLWithPath: folder + "/story.yaml"))
    var random = Words(state: 1)
    for number in 0..<articles {
      let article = SyntheticStory.article(number, using: &random)
      let text = article.blocks.compactMap(\.text).joined(separator: "\n\n")
      let front = "---\nheadline: \(article.headline)\npublishedAt: \"2024-01-01T00:00:00Z\"\n---\n\n"
      try Data((front + text + "\n").utf8).write(to: URL(fileURLWithPath: "\(folder)/articles/\(article.id).md"))
    }
  }

  private func readBytes(of folder: String) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/articles") {
      _ = try Data(contentsOf: URL(fileURLWithPath: folder + "/articles/" + name)).count
    }
  }

  private func time(_ work: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try work()
    return seconds(ContinuousClock.now - start)
  }

  private func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }
}

/// What a command said last.
private final class LastLine: @unchecked Sendable {
  private let lock = NSLock()
  // `lock` guards this, which is what makes the class safe to share.
  private var line = ""

  var text: String { lock.withLock { line } }

  func set(_ text: String) {
    lock.withLock { line = text.split(separator: "\n").last.map(String.init) ?? line }
  }
}
