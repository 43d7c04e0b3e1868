import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import StorylineTestSupport
import Testing

import struct StorylineModels.Cursor

@testable import StorylineStore

/// What becomes of snapshots that were superseded, and of deletions that are old.
@Suite struct SnapshotLifeTests {
  private static let day: Int64 = 86_400_000

  @Test(arguments: StoreKind.allCases)
  func `edge case 24: a superseded snapshot can be had for seven days more`(kind: StoreKind) async throws {
    let test = try TestStore(kind)
    try await test.publish([Samples.story])
    let old = try await test.store.publishSnapshot()
    try await test.publish([Samples.story, Samples.article("first")])
    let new = try await test.store.publishSnapshot()
    test.clock.advance(milliseconds: 7 * Self.day - 1)
    try await test.store.sweepSnapshots()
    #expect(try await test.store.snapshotManifest(old.id) != nil)
    for part in old.parts { #expect(try await test.store.snapshotPartSize(part.sha256) == part.bytes) }
    test.clock.advance(milliseconds: 1)
    try await test.store.sweepSnapshots()
    #expect(try await test.store.snapshotManifest(old.id) == nil)
    for part in Set(old.parts).subtracting(new.parts) {
      #expect(try await test.store.snapshotPartSize(part.sha256) == nil)
    }
    for part in new.parts { #expect(try await test.store.snapshotPartSize(part.sha256) == part.bytes) }
    #expect(try await test.store.newestSnapshot() == new)
  }

  @Test func `equal parts are stored once`() async throws {
    let test = try TestStore()
    try test.goTo("2024-10")
    try await test.publish([Samples.actor("aland")])
    try test.goTo("2024-11")
    try await test.publish([Samples.story])
    let old = try await test.store.publishSnapshot()
    try await test.publish([Samples.article("first")])
    let new = try await test.store.publishSnapshot()
    let stored = try await test.writer.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM snapshot_part") }
    #expect(stored == Set((old.parts + new.parts).map(\.sha256)).count)
    #expect(stored ?? 0 < old.parts.count + new.parts.count)
  }

  @Test(arguments: StoreKind.allCases, ["legal", "retracted"])
  func `what is taken down is gone from all parts at once`(kind: StoreKind, reason: String) async throws {
    let test = try TestStore(kind)
    try test.goTo("2024-10")
    try await test.publish([Samples.actor("aland")])
    try test.goTo("2024-11")
    try await test.publish([Samples.story, Samples.article("secret", headline: "Never to be read again")])
    let old = try await test.store.publishSnapshot()
    try await test.publish([], removing: [.init(kind: .article, id: "secret", reason: reason)])
    let new = try #require(try await test.store.newestSnapshot())
    #expect(new.cursor == (try await test.store.contentHead().cursor))
    #expect(try await test.store.snapshotManifest(old.id) == nil)
    #expect(TestStore.digests(new, "2024-10") == TestStore.digests(old, "2024-10"))
    let kept = try await test.writer.read {
      try Set(Data.fetchAll($0, sql: "SELECT sha256 FROM snapshot_part").map(\.hexadecimal))
    }
    #expect(kept == Set(new.parts.map(\.sha256)))
    for row in try await test.rows(of: new).months {
      #expect(!String(decoding: row, as: UTF8.self).contains("Never to be read again"))
    }
  }

  @Test func `an ordinary removal leaves older snapshots to those who are loading them`() async throws {
    let test = try TestStore()
    try await test.publish([Samples.story, Samples.article("first")])
    let old = try await test.store.publishSnapshot()
    try await test.publish([], removing: [.init(kind: .article, id: "first")])
    #expect(try await test.store.newestSnapshot() == old)
    try await test.store.publishSnapshot()
    #expect(try await test.store.snapshotManifest(old.id) != nil)
    #expect(try await test.store.snapshotState().holdsTakenDown == false)
  }

  @Test func `a take-down that was interrupted is finished by the next snapshot`() async throws {
    let test = try TestStore()
    try await test.publish([Samples.story, Samples.article("secret")])
    let old = try await test.store.publishSnapshot()
    // What a crash between the commit and the new snapshot leaves behind.
    let commit = try PreparedCommit(
      ContentCommit(
        entities: [], removals: [.init(kind: .article, id: "secret", reason: "legal")], author: "desk"))
    try await test.writer.write { db in
      _ = try PublishCommit(commit: commit, limits: test.options.limits, now: test.clock.now(), tag: 7).run(in: db)
    }
    #expect(try await test.store.snapshotState().holdsTakenDown)
    try await test.store.publishSnapshot()
    #expect(try await test.store.snapshotState().holdsTakenDown == false)
    #expect(try await test.store.snapshotManifest(old.id) == nil)
  }

  @Test func `a new epoch has no snapshot until one is made in it`() async throws {
    let test = try TestStore()
    try await test.publish([Samples.story])
    let old = try await test.store.publishSnapshot()
    try await test.writer.write { try $0.execute(sql: "UPDATE instance SET incarnation = randomblob(16)") }
    #expect(try await test.store.newestSnapshot() == nil)
    #expect(try await test.store.contentHead().snapshot == nil)
    #expect(try await test.store.snapshotManifest(old.id) == nil)
    let state = try await test.store.snapshotState()
    #expect(state.newest == nil && state.hasContent && state.rowsBehind == 1)
    let new = try await test.store.publishSnapshot()
    #expect(new.id != old.id && new.epoch != old.epoch && new.parts == old.parts)
    #expect(try await test.store.contentPage(after: new.cursor).rowCount == 0)
  }

  @Test func `the state says how far the newest snapshot lies behind`() async throws {
    let test = try TestStore()
    #expect(
      try await test.store.snapshotState()
        == SnapshotState(hasContent: false, newest: nil, rowsBehind: 0, behindSince: nil))
    try await test.publish([Samples.story])
    let manifest = try await test.store.publishSnapshot()
    #expect(
      try await test.store.snapshotState()
        == SnapshotState(hasContent: true, newest: manifest.id, rowsBehind: 0, behindSince: nil))
    test.clock.advance(milliseconds: Self.day)
    let since = test.clock.now()
    try await test.publish([Samples.actor("a"), Samples.actor("b")])
    test.clock.advance(milliseconds: Self.day)
    try await test.publish([Samples.actor("c")])
    #expect(
      try await test.store.snapshotState()
        == SnapshotState(hasContent: true, newest: manifest.id, rowsBehind: 3, behindSince: since))
  }

  @Test(arguments: StoreKind.allCases)
  func `edge case 27: old deletions are forgotten, and cursors from before them are told where to start`(
    kind: StoreKind
  ) async throws {
    let test = try TestStore(kind)
    let before = try #require(try await test.publish([Samples.story, Samples.actor("aland")]).cursor)
    let removal = try #require(
      try await test.publish([], removing: [.init(kind: .actor, id: "aland", reason: "error")]).cursor)
    test.clock.advance(milliseconds: 90 * Self.day - 1)
    #expect(try await test.store.collectTombstones() == TombstoneCollection(collected: 0, floor: 0))
    #expect(try await test.store.newestSnapshot() == nil)
    test.clock.advance(milliseconds: 1)
    #expect(try await test.store.collectTombstones() == TombstoneCollection(collected: 1, floor: 2))
    let snapshot = try #require(try await test.store.newestSnapshot())
    #expect(snapshot.cursor == removal)
    for cursor in [before, .start] {
      await #expect(throws: StoreError.cursorExpired(snapshot: snapshot.id)) {
        try await test.store.contentPage(after: cursor)
      }
    }
    #expect(try await test.page(after: removal).changes.isEmpty)
    #expect(try await test.store.collectTombstones() == TombstoneCollection(collected: 0, floor: 2))
    // The record may come back, above all that was.
    #expect(try await test.publish([Samples.actor("aland")]).rev == 3)
    #expect(try await test.page(after: removal).changes.map(\.num) == [3])
  }

  @Test(arguments: 1...12)
  func `whatever happens, the floor is not above the newest snapshot, and no place above it is lost`(
    seed: UInt64
  ) async throws {
    var generator = SeededGenerator(seed: seed)
    let test = try TestStore()
    var cursors: [Cursor] = []
    for step in 0..<50 {
      switch Int.random(in: 0..<8, using: &generator) {
      case 0:
        try await test.store.collectTombstones(olderThan: .seconds(Int.random(in: 0...200_000, using: &generator)))
      case 1: _ = try? await test.store.publishSnapshot()
      case 2: try await test.store.sweepSnapshots()
      case 3: test.clock.advance(milliseconds: .random(in: 0...(8 * Self.day), using: &generator))
      default: try await SnapshotTests.randomCommit(test, using: &generator)
      }
      cursors.append(try await test.store.contentHead().cursor)
      let (floor, newest) = try await test.writer.read { db in
        let stream = try ReadStream.content(in: db)
        return (stream.floor, try ReadSnapshot.newest(of: stream, in: db))
      }
      #expect(floor <= newest?.seq ?? 0, "seed \(seed), step \(step)")
      for cursor in cursors {
        let seq = try CursorCodec.place(of: cursor).seq
        if seq >= floor {
          _ = try await test.store.contentPage(after: cursor)
        } else {
          await #expect(throws: StoreError.cursorExpired(snapshot: newest?.id), "seed \(seed), step \(step)") {
            try await test.store.contentPage(after: cursor)
          }
        }
      }
      cursors = Array(cursors.suffix(6))
    }
    let manifest = try await test.store.publishSnapshot()
    #expect(Set(try await test.rows(of: manifest).months) == Set(try await test.liveRows()), "seed \(seed)")
  }

  @Test func `snapshots and publications at the same time leave whole snapshots`() async throws {
    let test = try TestStore(.wal)
    try await test.publish([Samples.story])
    try await withThrowingTaskGroup { group in
      for number in 0..<12 {
        group.addTask { _ = try await test.publish([Samples.article("article-\(number)")]) }
        group.addTask { _ = try await test.store.publishSnapshot() }
        group.addTask { try await test.store.sweepSnapshots() }
      }
      try await group.waitForAll()
    }
    let manifest = try await test.store.publishSnapshot()
    #expect(Set(try await test.rows(of: manifest).months) == Set(try await test.liveRows()))
    let missing = try await test.writer.read {
      try Int.fetchOne(
        $0, sql: "SELECT count(*) FROM snapshot_part_use WHERE sha256 NOT IN (SELECT sha256 FROM snapshot_part)")
    }
    #expect(missing == 0)
  }
}
