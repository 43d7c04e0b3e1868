import Foundation
import Testing

/// The exchanges of `docs/life-of-a-sync.md`, had with the real service.
@Suite(.timeLimit(.minutes(1))) struct LifeOfASyncTests {
  @Test func `every exchange of the document is one that the service has`() async throws {
    let file = Repository.root.appending(path: "docs/life-of-a-sync.md")
    let document = try HTTPDocument(try String(contentsOf: file, encoding: .utf8))
    #expect(document.steps.count > 60)
    let service = try DocumentedService()
    for step in document.steps {
      let faults = try await service.perform(step)
      #expect(faults.isEmpty, "line \(step.line): \(faults.joined(separator: "\n"))")
    }
    try await service.close()
  }

  @Test func `a document that says anything else is found out`() throws {
    var placeholders = Placeholders()
    let real = Data(#"{"a":{"b":1,"c":"x-1"},"d":[1,2],"e":true}"#.utf8)
    #expect(try placeholders.differences(#"{"a": {"b": {n}, "c": "x-{n}"}, "d": [1, 2], "e": true}"#, real).isEmpty)
    #expect(try placeholders.differences(#"{"a": {…}, "d": [1, 2], "e": true}"#, real).isEmpty)
    #expect(try placeholders.differences(#"{"a": {"b": 1, "c": "x-2"}, "d": [1, 2], "e": true}"#, real).count == 1)
    #expect(try placeholders.differences(#"{"a": {"b": 1}, "d": [1], "e": false}"#, real).count == 3)
    #expect(try placeholders.differences(#"{"a": {"b": 1, "c": "x-1", "f": 0}, "d": [1, 2], …}"#, real).count == 1)
  }
}
