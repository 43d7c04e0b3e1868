import Foundation
import StorylineTestSupport
import Testing

/// The fifty edge cases of the protocol's list (docs/protocol.md), each with a test that bears its number.
@Suite struct EdgeCaseListTests {
  @Test func `each of the fifty edge cases has a test that names it`() throws {
    let folder = Program.repository.appendingPathComponent("Tests")
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    var covered: Set<Int> = []
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /func `edge case (\d+): [^`]+`/) {
        covered.formUnion(Int(match.1).map { [$0] } ?? [])
      }
    }
    #expect(Set(1...50).subtracting(covered).sorted() == [], "edge cases without a test")
    #expect(covered.subtracting(1...50).sorted() == [], "numbers that no edge case has")
  }
}
