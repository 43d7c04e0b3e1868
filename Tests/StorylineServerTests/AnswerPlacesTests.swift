import Foundation
import Hummingbird
import NIOCore
import Testing

@testable import StorylineServer

/// How many answers may be on their way at once.
@Suite(.timeLimit(.minutes(1))) struct AnswerPlacesTests {
  private final class Connection: Sendable {}

  /// Returns once somebody waits for a place of this connection.
  private static func waits(_ task: Task<Void, any Error>, in places: AnswerPlaces, _ id: ObjectIdentifier) async {
    while places.waitingCount(of: id) == 0 && !task.isCancelled { await Task.yield() }
  }

  @Test func `who asks for more than a connection may waits for one of its own answers`() async throws {
    let places = AnswerPlaces(perConnection: 2, total: 10)
    let (one, other) = (Connection(), Connection())
    let id = ObjectIdentifier(one)
    var held: [AnswerPlaces.Place] = []
    for _ in 0..<2 { held.append(try await places.take(of: id)) }
    let third = Task { _ = try await places.take(of: id) }
    await Self.waits(third, in: places, id)
    // Nobody else is concerned.
    let elsewhere = try await places.take(of: ObjectIdentifier(other))
    let single = try await places.take(of: nil)
    #expect(places.count == 4)
    held.removeFirst()
    try await third.value
    #expect(places.waitingCount(of: id) == 0)
    held.removeAll()
    withExtendedLifetime((elsewhere, single)) { #expect(places.count == 2) }
    withExtendedLifetime((one, other)) {}
  }

  @Test func `who gives up while waiting leaves the queue`() async throws {
    let places = AnswerPlaces(perConnection: 1, total: 10)
    let connection = Connection()
    let id = ObjectIdentifier(connection)
    var held: AnswerPlaces.Place? = try await places.take(of: id)
    let waiting = Task { _ = try await places.take(of: id) }
    await Self.waits(waiting, in: places, id)
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    #expect(places.waitingCount(of: id) == 0)
    withExtendedLifetime(held) {}
    held = nil
    #expect(places.count == 0)
    let again = try await places.take(of: id)
    withExtendedLifetime((again, connection)) { #expect(places.count == 1) }
  }

  @Test func `when all places are taken the next is turned away at once`() async throws {
    let places = AnswerPlaces(perConnection: 2, total: 1)
    let connection = Connection()
    let held = try await places.take(of: nil)
    await #expect(throws: AnswerPlaces.Full.self) { _ = try await places.take(of: nil) }
    await #expect(throws: AnswerPlaces.Full.self) { _ = try await places.take(of: ObjectIdentifier(connection)) }
    withExtendedLifetime((held, connection)) {}
  }

  @Test(arguments: [(100, 0), (100_000, 1)])
  func `a large body keeps its place until it is gone`(bytes: Int, taken: Int) async throws {
    let places = AnswerPlaces()
    var body: ResponseBody?
    do {
      let place = try await places.take(of: nil)
      body = ResponseBody(byteBuffer: ByteBuffer(repeating: 0x61, count: bytes)).holding(place)
    }
    #expect(places.count == taken)
    #expect(body?.contentLength == bytes)
    if let body { #expect(try await BodyCollector.collect(body).count == bytes) }
    body = nil
    #expect(places.count == 0)
  }
}
