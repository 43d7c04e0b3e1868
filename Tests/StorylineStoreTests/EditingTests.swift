import Foundation
import StorylineModels
import StorylineTestSupport
import Testing

@testable import StorylineStore

@Suite struct EditingTests {
  private func source(_ id: String, _ name: String) -> Entity {
    .source(Source(id: Identifier(id), name: name, type: "agency"))
  }

  private func commit(_ entities: [Entity], removals: [ContentCommit.Removal] = []) -> ContentCommit {
    ContentCommit(entities: entities, removals: removals, author: "desk")
  }

  @Test func `history tells who did what, and a commit shows its words before and after`() async throws {
    let test = try TestStore()
    _ = try await test.store.publish(commit([source("a", "First"), source("b", "Other")]))
    _ = try await test.store.publish(commit([source("a", "Second"), source("c", "New")]))
    _ = try await test.store.publish(commit([], removals: [.init(kind: .source, id: "b", reason: "error")]))
    let commits = try await test.store.commits(limit: 10)
    #expect(commits.map(\.rev) == [3, 2, 1])
    #expect(commits.map { [$0.new, $0.changed, $0.removed] } == [[0, 0, 1], [1, 1, 0], [2, 0, 0]])
    #expect(commits.allSatisfy { $0.author == "desk" })
    let second = try await test.store.commit(2)
    #expect(second.changes.map(\.id) == ["a", "c"])
    #expect(try second.changes[0].before == source("a", "First").body())
    #expect(try second.changes[0].after == source("a", "Second").body())
    #expect(second.changes[0].replacedBy == nil && !second.changes[1].wasPublished)
    let first = try await test.store.commit(1)
    #expect(first.changes.map(\.replacedBy) == [2, 3])
    #expect(try first.changes[0].after == source("a", "First").body())
    #expect(try await test.store.commits(before: 3, limit: 1).map(\.rev) == [2])
    await #expect(throws: StoreError.unknownCommit(9)) { try await test.store.commit(9) }
  }

  @Test func `what had to go by law is in no past version either`() async throws {
    let test = try TestStore()
    _ = try await test.store.publish(commit([source("a", "Secret one"), source("b", "Kept")]))
    _ = try await test.store.publish(commit([source("a", "Secret two")]))
    _ = try await test.store.publish(commit([], removals: [.init(kind: .source, id: "a", reason: "legal")]))
    for rev in 1...3 {
      let detail = try await test.store.commit(Int64(rev))
      for change in detail.changes where change.id == "a" { #expect(change.before == nil && change.after == nil) }
    }
    #expect(try await test.store.commit(1).changes.last?.after != nil)
  }

  @Test func `a commit that saw another revision changes nothing and names what it missed`() async throws {
    let test = try TestStore()
    _ = try await test.store.publish(commit([source("a", "One"), source("b", "One")]))
    _ = try await test.store.publish(commit([source("a", "Two")]))
    var late = commit([source("a", "Mine"), source("b", "Mine")])
    late.preconditions = [.init(kind: .source, id: "a", rev: 1), .init(kind: .source, id: "b", rev: 1)]
    await #expect(throws: StoreError.conflict([.init(kind: .source, id: "a", rev: 2)])) {
      try await test.store.publish(late)
    }
    #expect(try await test.store.contentRecords().map(\.rev) == [2, 1])
    late.preconditions = [.init(kind: .source, id: "a", rev: 2), .init(kind: .source, id: "c", rev: nil)]
    #expect(try await test.store.publish(late).rev == 3)
  }

  @Test func `the same key with the same commit is answered again and published once`() async throws {
    let test = try TestStore()
    var first = commit([source("a", "One")])
    first.requestKey = "key-1"
    first.preconditions = [.init(kind: .source, id: "a", rev: nil)]
    let answer = try await test.store.publish(first)
    // The precondition does not hold any more, and need not: this is the answer that was lost.
    #expect(try await test.store.publish(first) == answer)
    var other = commit([source("a", "Two")])
    other.requestKey = "key-1"
    await #expect(throws: StoreError.requestKeyReused) { try await test.store.publish(other) }
    #expect(try await test.store.commits(limit: 10).count == 1)
  }

  @Test func `what is scheduled leaves in no page, head or snapshot before its time, and then by itself`() async throws
  {
    let test = try TestStore()
    _ = try await test.store.publish(commit([source("a", "One")]))
    let before = try await test.store.contentHead()
    let due = Timestamp(milliseconds: test.clock.now().milliseconds + 60_000)
    var later = ContentCommit(author: "desk")
    later.scheduled = [.init(source("secret-plan", "Embargoed"), at: due), .init(source("a", "Two"), at: due)]
    #expect(try await test.store.publish(later).scheduled == 2)
    #expect(try await test.store.publish(later).scheduled == 0, "again is nothing new")
    #expect(try await test.store.contentHead() == before)
    let page = try await test.store.contentPage(after: .start)
    #expect(!String(decoding: page.body, as: UTF8.self).contains("secret"))
    #expect(try await test.store.contentRecords().count == 1)
    #expect(try await test.store.publishDue().isEmpty)
    #expect(try await test.store.nextScheduled() == due)
    test.clock.advance(milliseconds: 60_000)
    let results = try await test.store.publishDue()
    #expect(results.map(\.written) == [2], "one moment, one commit")
    #expect(try await test.store.scheduledRecords().isEmpty)
    #expect(try await test.store.commits(limit: 1).first?.author == "desk (scheduled)")
    #expect(try await test.store.contentRecords().map(\.id) == ["a", "secret-plan"])
  }

  @Test func `a scheduled record can be changed, forgotten, and overtaken by its publication`() async throws {
    let test = try TestStore()
    let due = Timestamp(milliseconds: test.clock.now().milliseconds + 60_000)
    let scheduled = { (name: String) in
      var commit = ContentCommit(author: "desk")
      commit.scheduled = [.init(source("a", name), at: due)]
      return commit
    }
    _ = try await test.store.publish(scheduled("One"))
    _ = try await test.store.publish(scheduled("Two"))
    #expect(try await test.store.scheduledRecords().map(\.body) == [try source("a", "Two").body()])
    let forgotten = ContentCommit(cancellations: [.init(kind: .source, id: "a")], author: "desk")
    #expect(try await test.store.publish(forgotten).cancelled == 1)
    _ = try await test.store.publish(scheduled("Three"))
    _ = try await test.store.publish(commit([source("a", "Now")]))
    #expect(try await test.store.scheduledRecords().isEmpty)
  }

  @Test func `records come in pages that join without a gap`() async throws {
    let test = try TestStore()
    _ = try await test.store.publish(commit((0..<25).map { source("s\($0)", "Name \($0)") }))
    var ids: [String] = []
    var place: RecordPage.Place?
    repeat {
      let page = try await test.store.recordPage(after: place, rows: 7, bytes: 1_500)
      ids += try page.wires.map { try ContentChange(wire: RawJSON(validating: $0)).id }
      place = page.next
    } while place != nil
    #expect(ids == (0..<25).map { "s\($0)" }.sorted())
  }
}
