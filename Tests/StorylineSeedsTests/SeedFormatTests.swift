import Foundation
import StorylineModels
import Testing

@testable import StorylineSeeds

@Suite("The description of the format") struct SeedFormatTests {
  private func description() throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent("docs/seed-format.md"), encoding: .utf8)
  }

  @Test func `names every rule of the lint`() throws {
    let text = try description()
    for rule in Rule.allCases { #expect(text.contains("| `\(rule.rawValue)` |"), "\(rule.rawValue)") }
  }

  @Test func `names every role of a line`() throws {
    let text = try description()
    let markdownOnly: Set<LineRole> = [.list, .quote, .attribution, .image, .fault]
    for role in LineRole.allCases where !markdownOnly.contains(role) {
      #expect(text.contains("`\(role.rawValue)`"), "\(role.rawValue)")
    }
  }

  @Test func `names every key of every kind, the required ones as such`() throws {
    let rows = try description().components(separatedBy: "\n").filter { $0.hasPrefix("| ") }
    let all = Schema.lists + [("story.yaml", .story, Schema.story), ("articles", .article, Schema.article)]
    for (name, _, members) in all {
      let row = try #require(rows.first { $0.hasPrefix("| `\(name)`") || $0.hasPrefix("| \(name)") }, "\(name)")
      let cells = row.components(separatedBy: "|")
      let required = Set(cells[2].matches(of: /`([A-Za-z]+)`/).map { String($0.1) })
      let further = Set(cells[3].matches(of: /`([A-Za-z]+)`/).map { String($0.1) })
      #expect(required == Set(members.filter(\.isRequired).map(\.name)), "\(name)")
      #expect(further == Set(members.filter { !$0.isRequired }.map(\.name)), "\(name)")
    }
  }
}
