import StorylineModels
import StorylineTestSupport
import Testing

@testable import StorylineStore

/// The server's own clock never goes back for the bounded future (protocol, 2.8.4 and 2.8.7; edge case 8).
@Suite struct ServerClockTests {
  /// 2038-01-19T03:14:08Z
  private let far = Timestamp(milliseconds: 2_147_483_648_000)

  @Test func `a clock that stood at 2038 for an hour does not make the library refuse what comes after`() async throws {
    let test = try TestStore()
    let (poisoned, idle) = (try await test.newReader(), try await test.newReader())
    let present = test.clock.now()
    test.clock.set(far)
    // A device that believed the server's clock for that hour.
    #expect(try await push(stamp(far, 0), "during", test, poisoned) == .applied)
    test.clock.set(present)
    // It keeps its own clock at 2038 and goes on from there; nobody else is touched.
    #expect(try await push(stamp(far, 1), "after", test, poisoned) == .applied)
    #expect(try await push(stamp(far.advanced(byMilliseconds: 900), 0), "later", test, poisoned) == .applied)
    #expect(try await push(stamp(present, 0), "right", test, poisoned) == .applied)
    #expect(try await push(stamp(present, 0), "right", test, idle) == .applied)
    #expect(try await push(stamp(far, 0), "ahead", test, idle) == .clockAhead)
    // The future stays bounded: a minute beyond the hour at most.
    #expect(try await push(stamp(far.advanced(byMilliseconds: 120_000), 0), "beyond", test, poisoned) == .clockAhead)
  }

  @Test func `a clock set back after a commit still takes stamps of that commit's time`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    let before = test.clock.now()
    test.clock.advance(milliseconds: 3_600_000)
    #expect(try await push(stamp(before, 0), "a", test, reader) == .applied)
    test.clock.set(before)
    #expect(try await push(stamp(before.advanced(byMilliseconds: 3_600_000), 0), "b", test, reader) == .applied)
  }

  private func push(_ stamp: Stamp, _ id: String, _ test: TestStore, _ reader: ReaderID) async throws
    -> MutationResult.Status
  {
    let mutation = Mutation(m: 1, kind: .read, id: id, stamp: stamp.description, payload: "{}")
    let results = try await test.store.sync(Samples.push([mutation]), for: reader).results
    return try #require(results.first).status
  }

  private func stamp(_ time: Timestamp, _ counter: UInt16) -> Stamp {
    Stamp(physical: UInt64(time.milliseconds), counter: counter, node: 1)
  }
}
