import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// Words of the reader's own: whatever two devices do to one note, none of their texts is lost.
struct NoteTests {
  private let note = LibraryKey(kind: .note, id: "n1")

  /// Two devices that both have the note “base”.
  private func pair() async throws -> (World, [Replica]) {
    let world = try await World()
    let devices = try await world.devices(2)
    try devices[0].write(Note(text: "base"), id: "n1")
    try await world.sync(devices[0], devices[1])
    return (world, devices)
  }

  private func texts(_ replica: Replica) throws -> [String] { try replica.notes().map(\.text).sorted() }

  @Test(arguments: [[0, 1], [1, 0]])
  func `edge case 32: of two notes that were changed offline both texts live, whoever is first`(
    order: [Int]
  ) async throws {
    let (world, devices) = try await pair()
    try devices[0].write(Note(text: "older"), id: "n1")
    world.clock.advance(milliseconds: 1000)
    try devices[1].write(Note(text: "newer"), id: "n1")
    for index in order + [0, 1] { try await world.sync(devices[index]) }
    for replica in devices {
      #expect(try replica.record(note)?.decoded(as: Note.self)?.text == "newer")
      #expect(try texts(replica) == ["newer", "older"])
      #expect(try replica.notes().first { $0.text == "older" }?.conflictOf == "n1")
      #expect(try replica.status().pending == 0)
    }
  }

  @Test func `an edit of a note that was seen leaves no copy, on however many devices`() async throws {
    let (world, devices) = try await pair()
    for (number, text) in ["one", "two", "three"].enumerated() {
      let device = devices[number % 2]
      try device.write(Note(text: text), id: "n1")
      try await world.sync(device, devices[0], devices[1])
    }
    for replica in devices { #expect(try texts(replica) == ["three"]) }
  }

  @Test(arguments: [[0, 1], [1, 0]])
  func `a note that one device deletes while the other changes it keeps the words`(order: [Int]) async throws {
    let (world, devices) = try await pair()
    try devices[0].write(Note(text: "changed"), id: "n1")
    world.clock.advance(milliseconds: 1000)
    try devices[1].remove(note)
    for index in order + [0, 1] { try await world.sync(devices[index]) }
    for replica in devices {
      #expect(try replica.record(note)?.deleted == true)
      #expect(try texts(replica) == ["changed"])
      #expect(try replica.status().pending == 0)
    }
  }

  @Test func `a note goes over a deletion that its device had not seen without a detour`() async throws {
    let (world, devices) = try await pair()
    try devices[0].remove(note)
    try await world.sync(devices[0])
    world.clock.advance(milliseconds: 1000)
    try devices[1].write(Note(text: "changed"), id: "n1")
    let counting = FaultyTransport(world.transport)
    _ = try await world.engine(devices[1], counting).sync()
    #expect(counting.requests.count(of: .librarySync) == 1)
    try await world.sync(devices[0])
    for replica in devices { #expect(try texts(replica) == ["changed"]) }
  }

  @Test func `a reply that is lost after the conflict, or after the second try, makes no second copy`() async throws {
    for lost in 0..<3 {
      let (world, devices) = try await pair()
      try devices[0].write(Note(text: "older"), id: "n1")
      world.clock.advance(milliseconds: 1000)
      try devices[1].write(Note(text: "newer"), id: "n1")
      try await world.sync(devices[0])
      let faulty = FaultyTransport(world.transport) { number, _ in number == lost ? .loseReply : .none }
      _ = try? await world.engine(devices[1], faulty, limits: .small(retries: 0)).sync()
      try await world.sync(devices[1], devices[0], devices[1])
      for replica in devices { #expect(try texts(replica) == ["newer", "older"], "\(lost)") }
    }
  }

  /// The device that had not sent its edit yet goes over last night's text; the other one cannot know whether its own
  /// was seen, and a text too many is better than one too few.
  @Test func `a server that goes back to before a note is no conflict`() async throws {
    let (world, devices) = try await pair()
    let lastNight = try world.backup()
    try devices[0].write(Note(text: "today"), id: "n1")
    try await world.sync(devices[0], devices[1])
    try devices[1].write(Note(text: "later today"), id: "n1")
    try world.restore(lastNight)
    try await world.sync(devices[1], devices[0], devices[1])
    for replica in devices {
      #expect(try replica.record(note)?.decoded(as: Note.self)?.text == "later today")
      #expect(try texts(replica) == ["later today", "today"])
    }
  }

  @Test func `a note of today that a return took away lives beside one that was made without it`() async throws {
    let (world, devices) = try await pair()
    let lastNight = try world.backup()
    try devices[0].write(Note(text: "today"), id: "n1")
    try await world.sync(devices[0])
    world.clock.advance(milliseconds: 1000)
    try devices[1].write(Note(text: "without having seen it"), id: "n1")
    try world.restore(lastNight)
    try await world.store.markRestored()
    try await world.sync(devices[1], devices[0], devices[1])
    for replica in devices { #expect(try texts(replica) == ["today", "without having seen it"]) }
  }

  @Test func `a server that does not know guarded notes takes them as ever`() async throws {
    let (world, devices) = try await pair()
    try devices[0].write(Note(text: "next"), id: "n1")
    let ours = world.transport
    let older = RoutedTransport { request in
      guard request.path == Route.librarySync.path, let body = try request.plainBody else {
        return try await ours.send(request)
      }
      var request = request
      var asked = try StorylineJSON.decode(LibrarySyncRequest.self, from: body)
      for index in asked.mutations.indices { asked.mutations[index].guarded = nil }
      request.body = try StorylineJSON.encode(asked)
      request.headers.removeAll { $0.name == "content-encoding" }
      return try await ours.send(request)
    }
    #expect(try await world.engine(devices[0], older).sync().pushed == 1)
    try await world.sync(devices[1])
    for replica in devices { #expect(try texts(replica) == ["next"]) }
  }

  @Test func `a conflict that names nothing newer holds the note back and turns in no circle`() async throws {
    let (world, devices) = try await pair()
    try devices[0].write(Note(text: "mine"), id: "n1")
    let held = try #require(try devices[1].record(note))
    let ours = world.transport
    let stubborn = FaultyTransport(
      RoutedTransport { request in
        var response = try await ours.send(request)
        guard request.path == Route.librarySync.path else { return response }
        var reply = try StorylineJSON.decode(LibrarySyncResponse.self, from: response.body)
        reply.results = reply.results.map { MutationResult(m: $0.m, status: .conflict, winner: held) }
        response.body = try StorylineJSON.encode(reply)
        return response
      })
    _ = try await world.engine(devices[0], stubborn).sync()
    #expect(stubborn.requests.count(of: .librarySync) <= 2)
    #expect(try devices[0].status().pending == 1)
    #expect(try devices[0].record(note)?.decoded(as: Note.self)?.text == "mine")
  }

  /// Each edit writes a word of its own behind what its device shows. Whatever is lost on the way, delayed or cloned:
  /// in the end each word stands in some note, on every device.
  @Test func `no word is lost in random histories of three devices and their clones`() async throws {
    for seed in UInt64(1)...40 {
      var random = SeededGenerator(seed: seed)
      let (world, pair) = try await pair()
      var devices = pair + [try world.replica(node: 3)]
      var words: Set<String> = ["base"]
      for step in 0..<30 {
        world.clock.advance(milliseconds: [0, 1, 1000].randomElement(using: &random) ?? 0)
        let index = Int.random(in: devices.indices, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5:
          let text = try devices[index].record(note)?.decoded(as: Note.self)?.text
          guard text != nil || index < 2 else { continue }
          words.insert("w\(step)")
          try devices[index].write(Note(text: [text ?? "", "w\(step)"].joined(separator: " ")), id: "n1")
        case 5 where devices.count < 5:
          devices.append(
            try Replica.inMemory(restoring: devices[index].copy(), now: world.clock.now, random: { 1 }))
        default:
          let fates = (0..<6).map { _ in Int.random(in: 0..<10, using: &random) }
          let faulty = FaultyTransport(world.transport) { number, _ in
            number >= fates.count ? .none : fates[number] < 2 ? .loseReply : fates[number] < 3 ? .loseRequest : .none
          }
          _ = try? await world.engine(devices[index], faulty, limits: .small(retries: 0)).sync()
        }
      }
      for _ in 0..<3 { for device in devices { try await world.sync(device) } }
      for device in devices {
        let kept = Set(try device.notes().flatMap { $0.text.split(separator: " ").map(String.init) })
        #expect(kept.isSuperset(of: words), "seed \(seed): \(words.subtracting(kept))")
        #expect(try device.status().pending == 0, "seed \(seed)")
      }
    }
  }
}
