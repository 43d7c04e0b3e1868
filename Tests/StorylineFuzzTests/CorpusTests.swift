import Foundation
import StorylineTestSupport
import Testing

/// What fuzzing found worth keeping, fed again with each run of the tests.
@Suite struct CorpusTests {
  private static let folder = Program.repository.appending(path: "Tests/StorylineFuzzTests/Corpus")

  @Test(arguments: FuzzTarget.all.map(\.name))
  func `nothing that is kept of a target breaks it`(name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let files = try FileManager.default.contentsOfDirectory(
      at: Self.folder.appending(path: name), includingPropertiesForKeys: nil)
    #expect(files.count >= 20, "a corpus this small shows nothing")
    for file in files {
      #expect(throws: Never.self, "\(name)/\(file.lastPathComponent)") { try target.feed(try Data(contentsOf: file)) }
    }
  }

  @Test func `every corpus belongs to a target`() throws {
    let kept = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { !$0.hasPrefix(".") }
    #expect(Set(kept) == Set(FuzzTarget.all.map(\.name)))
  }

  @Test func `a broken promise is noticed`() {
    #expect(throws: BrokenPromise(what: "it holds")) { try promise(false, "it holds") }
  }
}
