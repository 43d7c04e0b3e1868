import Foundation
import StorylineModels
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// Invariant I6: which version stays does not depend on order, grouping or repetition.
struct RankAlgebraTests {
  private func merge(_ left: LibraryRecord, _ right: LibraryRecord) -> LibraryRecord {
    left.rank >= right.rank ? left : right
  }

  /// Few values for each part, so that ties are common.
  private func version(_ random: inout SeededGenerator) -> LibraryRecord {
    let stamp = Stamp(
      physical: UInt64.random(in: 1...2, using: &random), counter: UInt16.random(in: 0...1, using: &random),
      node: UInt64.random(in: 1...2, using: &random))
    let isDeleted = Bool.random(using: &random)
    return LibraryRecord(
      kind: .note, id: "n", stamp: stamp, deleted: isDeleted,
      payload: isDeleted ? "" : "{\"text\":\"\(Int.random(in: 0...2, using: &random))\"}")
  }

  @Test func `ranks are in a total order`() {
    for seed in UInt64(0)..<50 {
      var random = SeededGenerator(seed: seed)
      for _ in 0..<100 {
        let (a, b, c) = (version(&random).rank, version(&random).rank, version(&random).rank)
        #expect([a < b, a == b, a > b].filter(\.self).count == 1, "seed \(seed)")
        if a < b, b < c { #expect(a < c, "seed \(seed)") }
      }
    }
  }

  @Test func `merging is commutative, associative and idempotent`() {
    for seed in UInt64(0)..<50 {
      var random = SeededGenerator(seed: seed)
      for _ in 0..<100 {
        let (a, b, c) = (version(&random), version(&random), version(&random))
        #expect(merge(a, b) == merge(b, a), "seed \(seed)")
        #expect(merge(merge(a, b), c) == merge(a, merge(b, c)), "seed \(seed)")
        #expect(merge(a, a) == a, "seed \(seed)")
      }
    }
  }

  @Test func `a replica ends with the same version in whatever order they come`() throws {
    for seed in UInt64(0)..<50 {
      var random = SeededGenerator(seed: seed)
      let versions = (0..<6).map { _ in version(&random) }
      let best = try #require(versions.max { $0.rank < $1.rank })
      for order in [versions, versions.reversed(), versions.shuffled(using: &random)] {
        let replica = try Replica.inMemory(now: Timestamp.wallClock, random: { 9 })
        try replica.storage.write { db in
          var clock = HybridClock(node: 9)
          for version in order + order {
            _ = try MergeRecord(version: version, walk: 0).run(
              clock: &clock, wall: Timestamp(milliseconds: 0), in: db)
          }
        }
        #expect(try replica.record(best.key) == best, "seed \(seed)")
      }
    }
  }
}
