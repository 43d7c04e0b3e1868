import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import StorylineTestSupport
import Testing

@testable import StorylineClient
@testable import StorylineStore

/// Clocks that are wrong, on either side.
struct ClockEdgeCases {
  @Test func `edge case 5: with a clock at 1970 unseen edits lose, and a note that lost is kept as a copy`()
    async throws
  {
    let world = try await World()
    let devices = try await world.devices(2)
    for id in ["e1", "e2"] { try devices[0].write(Follow(on: true), id: id) }
    try devices[0].write(Note(text: "base"), id: "n1")
    try await world.sync(devices[0], devices[1])
    // The battery died. What is changed on this device was changed on the other one too, or only here.
    let dead = Replica(storage: devices[1].storage, now: { Timestamp(milliseconds: 0) })
    try dead.write(Follow(on: false), id: "e2")
    try dead.write(Note(text: "from 1970"), id: "n1")
    world.clock.advance(milliseconds: 60_000)
    try devices[0].write(Follow(on: false), id: "e1")
    try devices[0].write(Note(text: "of today"), id: "n1")
    try dead.write(Follow(on: true), id: "e1")
    try await world.sync(devices[0], devices[1], devices[0])
    for replica in devices {
      #expect(try replica.isOn("e1") == false, "the edit of 1970 was concurrent, and loses")
      #expect(try replica.isOn("e2") == false, "what its reader saw and changed wins")
      #expect(Set(try replica.notes().map(\.text)) == ["of today", "from 1970"])
      #expect(try replica.record(LibraryKey(kind: .note, id: "n1"))?.decoded(as: Note.self)?.text == "of today")
    }
  }

  @Test func `edge case 6: a clock set back during use takes no edit back`() async throws {
    let world = try await World()
    let devices = try await world.devices(2)
    try devices[0].write(Follow(on: true), id: "e1")
    let before = try #require(try devices[0].records().first?.stamp)
    world.clock.advance(milliseconds: -3_600_000)
    try devices[0].write(Follow(on: false), id: "e1")
    try devices[0].write(Follow(on: true), id: "e2")
    let stamps = try devices[0].records().map(\.stamp)
    #expect(stamps.allSatisfy { $0 > before && $0.physical == before.physical && $0.counter > before.counter })
    world.clock.advance(milliseconds: 3_600_000)
    try await world.sync(devices[0], devices[1])
    #expect(try devices[1].isOn("e1") == false)
    #expect(try devices[1].isOn("e2") == true)
  }

  @Test func `edge case 7: more edits than a frozen millisecond has places for are all accepted`() async throws {
    let world = try await World()
    let devices = try await world.devices(2)
    // As after 65 535 edits within this millisecond, already at the edge of what the server takes.
    let now = UInt64(world.clock.now().milliseconds) + 60_000
    try devices[0].storage.write { db in
      var clock = try ReplicaRow.fetch(db).clock
      clock = HybridClock(node: clock.node, last: .init(physical: now, counter: .max - 2))
      try ReplicaRow.save(clock, in: db)
    }
    try devices[0].write(Follow(on: true), id: "e0")
    try await world.sync(devices[0])
    for id in 1..<6 { try devices[0].write(Follow(on: true), id: "e\(id)") }
    let stamps = try devices[0].records().map(\.stamp)
    #expect(stamps == stamps.sorted())
    #expect(stamps.map(\.physical) == [now, now, now + 1, now + 1, now + 1, now + 1])
    // The library's own time lets it go a second further, so nothing has to be stamped anew.
    let counting = FaultyTransport(world.transport)
    #expect(try await world.engine(devices[0], counting).sync().pushed == 5)
    #expect(counting.requests.count(of: .librarySync) == 1)
    try await world.sync(devices[1])
    #expect(try devices[1].records().map(\.stamp) == stamps)
  }

  /// The highest stamp that the device knows the server to hold went with the server's lost history.
  @Test func `marks stamped in a server's wrong hour are stamped anew when its copy of before is put back`()
    async throws
  {
    let world = try await World()
    let device = try await world.devices(1)[0]
    let present = world.clock.now()
    let copy = try DatabaseQueue()
    try world.store.database.writer.backup(to: copy)
    world.clock.set(present.advanced(byMilliseconds: 86_400_000))
    try device.write(Follow(on: true), id: "then")
    _ = try await world.engine(device).sync()
    try copy.backup(to: world.store.database.writer)
    world.clock.set(present.advanced(byMilliseconds: 5_000))
    try device.write(Follow(on: false), id: "now")
    _ = try await world.engine(device).sync()
    #expect(try device.status().pending == 0)
    let latest = UInt64(world.clock.now().milliseconds) + 60_000
    #expect(try device.records().count == 2)
    #expect(try device.records().allSatisfy { $0.stamp.physical <= latest })
    #expect(try await world.engine(device).sync().pushed == 0)
  }

  @Test func `edge case 8: an hour of the server at 2038 leaves devices that go on as before`() async throws {
    let world = try await World()
    let devices = try await world.devices(2)
    let present = world.clock.now()
    let right = ManualClock(present)
    let device = Replica(storage: devices[0].storage, now: right.now)
    world.clock.set(Timestamp(milliseconds: 2_147_483_648_000))
    try device.write(Follow(on: true), id: "during")
    // Tokens of before are taken for expired in that hour; this device has one that was given in it.
    let invite = try await world.store.createInvite(scope: Scope.reader, for: world.reader, validFor: 3600)
    let enrolment = try await world.store.redeem(
      InviteRedemption(invite: invite.text, requestID: "0b7a3ef0-3a52-4c59-9d5c-6d2f4a8c1e07", deviceName: "test"))
    var credentials = world.credentials
    credentials.accessToken = enrolment.accessToken
    _ = try await world.engine(device, credentials: credentials, clock: right).sync()
    world.clock.set(present.advanced(byMilliseconds: 3_600_000))
    right.set(world.clock.now())
    for id in 0..<20 {
      right.advance(milliseconds: 1000)
      world.clock.set(right.now())
      try device.write(Follow(on: true), id: "after-\(id)")
      #expect(try await world.engine(device, clock: right).sync().pushed == 1)
    }
    try devices[1].write(Follow(on: true), id: "other")
    try await world.sync(devices[1], device)
    #expect(try devices[1].records().count == 22)
    #expect(try device.records().map(\.id) == (try devices[1].records().map(\.id)))
    #expect(try devices.allSatisfy { try $0.status().pending == 0 && $0.quarantined().isEmpty })
  }

  @Test func `edge case 49: the hour that daylight saving repeats orders edits by UTC alone`() async throws {
    // Central Europe, 27 October 2024: half past two comes twice, an hour apart.
    let first = try #require(Timestamp("2024-10-27T02:30:00+02:00"))
    let second = try #require(Timestamp("2024-10-27T02:30:00+01:00"))
    #expect(second.milliseconds - first.milliseconds == 3_600_000)
    let clock = ManualClock(first)
    let world = try await World(clock: clock)
    let devices = try await world.devices(2)
    try devices[0].write(Follow(on: true), id: "e1")
    clock.set(second.advanced(byMilliseconds: -1))
    try devices[1].write(Follow(on: false), id: "e1")
    try await world.sync(devices[1], devices[0], devices[1])
    for replica in devices { #expect(try replica.isOn("e1") == false) }
    // In another zone, on a leap day, across the second that 2016 was given: milliseconds since 1970, and no other.
    #expect(Timestamp("2024-10-27T06:00:00+05:30") == Timestamp("2024-10-27T00:30:00Z"))
    let before = try #require(Timestamp("2016-12-31T23:59:59Z"))
    let after = try #require(Timestamp("2017-01-01T00:00:00Z"))
    #expect(after.milliseconds - before.milliseconds == 1000)
    let stamps = [before, after].map { Stamp(physical: UInt64($0.milliseconds), counter: 0, node: 1) }
    #expect(stamps[0] < stamps[1])
    #expect(stamps[0].description < stamps[1].description)
  }
}
