import StorylineModels
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// A device that exists twice, or that goes back to an older state of its own.
struct CopyEdgeCases {
  @Test func `edge case 9: a device that lives on twice after a migration converges, and the marks of both live on`()
    async throws
  {
    let world = try await World()
    let devices = try await world.devices(2)
    let original = devices[0]
    try original.write(Note(text: "base"), id: "n1")
    try await world.sync(original)
    try original.write(Follow(on: true), id: "unsent")
    let clone = try Replica.inMemory(restoring: original.copy(), now: world.clock.now)
    // The same node, the same millisecond, the same counter: equal stamps for different words.
    for (replica, text) in [(original, "of the original"), (clone, "of the clone")] {
      try replica.write(Note(text: text), id: "n1")
      try replica.write(Follow(on: true), id: text.replacing(" ", with: "-"))
    }
    try await world.sync(original, clone, original, clone, devices[1])
    let expected = try await world.serverRecords().sorted { ($0.kind.rawValue, $0.id) < ($1.kind.rawValue, $1.id) }
    for replica in [original, clone, devices[1]] {
      #expect(try replica.records().map(\.rank) == expected.map(\.rank))
      #expect(try replica.isOn("unsent") == true)
      #expect(try replica.isOn("of-the-original") == true)
      #expect(try replica.isOn("of-the-clone") == true)
      // Of two texts under one stamp the one with the larger digest stands, and the other beside it as a copy.
      #expect(Set(try replica.notes().map(\.text)) == ["of the original", "of the clone"])
      #expect(try replica.notes().map(\.conflictOf).filter { $0 == "n1" }.count == 1)
      #expect(try replica.status().pending == 0)
    }
  }

  @Test func `edge case 10: a device put back to its own backup catches up and doubles nothing`() async throws {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"))
    let devices = try await world.devices(2)
    try devices[0].write(Follow(on: true), id: "sent-later")
    try devices[0].write(Follow(on: true), id: "changed-later")
    let backup = try devices[0].copy()
    try await world.sync(devices[0])
    try devices[0].write(Follow(on: false), id: "changed-later")
    try await world.sync(devices[0], devices[1])
    try await world.publish(Sample.article("a2"))
    let held = try await world.serverRecords()
    let restored = try Replica.inMemory(restoring: backup, now: world.clock.now)
    #expect(try restored.status().pending == 2)
    let counting = FaultyTransport(world.transport)
    let report = try await world.engine(restored, counting).sync()
    #expect((report.pushed, report.superseded) == (1, 1))
    #expect(try restored.status().pending == 0)
    #expect(try restored.isOn("changed-later") == false)
    #expect(Set(try restored.articles().map(\.id)) == ["a1", "a2"])
    // The old cursor was still good: nothing was fetched from the beginning.
    #expect(!counting.requests.contains { $0.path.contains("after=start") })
    #expect(try await world.serverRecords() == held)
  }

  @Test func `edge case 11: two phones that were set up from one backup converge`() async throws {
    let world = try await World()
    let devices = try await world.devices(1)
    try devices[0].write(Follow(on: true), id: "old")
    let backup = try devices[0].copy()
    try await world.sync(devices[0])
    let phones = try (0..<2).map { _ in try Replica.inMemory(restoring: backup, now: world.clock.now) }
    for (number, phone) in phones.enumerated() {
      try phone.write(Follow(on: number == 0), id: "both")
      try phone.write(Follow(on: true), id: "of-\(number)")
    }
    try await world.sync(phones[0], phones[1], phones[0], devices[0])
    let expected = try devices[0].records().map(\.rank)
    #expect(expected.count == 4)
    for phone in phones {
      #expect(try phone.records().map(\.rank) == expected)
      #expect(try phone.status().pending == 0)
    }
  }
}
