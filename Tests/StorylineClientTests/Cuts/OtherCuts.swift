import Foundation
import StorylineModels
import StorylineSQLite
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// The reply with a device's token, and the refusal of an invite.
struct EnrolmentCuts {
  private static func isToken(_ request: TransportRequest, _ response: TransportResponse) -> Bool {
    request.path == Route.token.path
  }

  /// - Returns: how many cases that were.
  func play() async throws -> Int {
    let world = try await World()
    return try await playGrant(in: world) + playRefusal(in: world)
  }

  /// Whoever asks again in the same words gets the same device and the same token, however often.
  private func playGrant(in world: World) async throws -> Int {
    let invite = try await world.store.createInvite(scope: Scope.reader, devices: 2, validFor: 3600).text
    let request = UUID().uuidString
    let whole = CuttingTransport(ServiceTransport(world), nil, at: Self.isToken)
    let expected = try await redeem(invite, request, over: whole, world, retries: 0)
    let held = try devices(in: world)
    let length = try #require(await whole.length)
    for count in 0..<length {
      for cut in [Cut.short(count), .broken(count)] {
        let cutting = CuttingTransport(ServiceTransport(world), cut, at: Self.isToken)
        let reply = try await redeem(invite, request, over: cutting, world, retries: 4)
        #expect(reply == expected, "\(cut)")
      }
    }
    #expect(try devices(in: world) == held)
    // The invite's second place is still there.
    _ = try await redeem(invite, UUID().uuidString, over: ServiceTransport(world), world, retries: 0)
    return length * 2
  }

  /// Half a refusal is no refusal: it never looks like a token, and the whole one says what is wrong.
  private func playRefusal(in world: World) async throws -> Int {
    let invite = "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"
    let whole = CuttingTransport(ServiceTransport(world), nil, at: Self.isToken)
    let expected = await #expect(throws: OAuthError.self) {
      try await redeem(invite, UUID().uuidString, over: whole, world, retries: 0)
    }
    let length = try #require(await whole.length)
    for count in 0..<length {
      let cutting = CuttingTransport(ServiceTransport(world), .short(count), at: Self.isToken)
      await #expect(throws: SyncError.self, "\(count)") {
        try await redeem(invite, UUID().uuidString, over: cutting, world, retries: 4)
      }
      let broken = CuttingTransport(ServiceTransport(world), .broken(count), at: Self.isToken)
      let error = await #expect(throws: OAuthError.self) {
        try await redeem(invite, UUID().uuidString, over: broken, world, retries: 4)
      }
      #expect(error == expected, "\(count)")
    }
    return length * 2
  }

  private func redeem(
    _ invite: String, _ request: String, over transport: any HTTPTransport, _ world: World, retries: Int
  ) async throws -> TokenReply {
    try await Enroller(
      transport: transport, clock: Sleepless(clock: world.clock), random: { 0 }, limits: SyncLimits(retries: retries)
    ).redeem(invite: invite, deviceName: "phone", requestID: request)
  }

  private func devices(in world: World) throws -> [String: String] {
    let database = world.store.database.writer
    return try DatabaseState(of: database).read(database)
  }
}

/// The stream of events, which ends early more often than any other reply.
struct StreamCuts {
  private static let place = LivePlace(content: Cursor(rawValue: "c1"), library: Cursor(rawValue: "l1"))
  private static let events: [LiveEvent] = [
    .hello(.init(now: Timestamp(milliseconds: 1_733_040_000_000), ping: 25, maximum: 900)), .ping,
    .state(LiveState(content: place.content, library: place.library)), .ping,
    .state(LiveState(content: Cursor(rawValue: "c2"), library: place.library)),
  ]

  /// What is heard of a stream that is cut is the beginning of what would have been heard, event by event.
  ///
  /// - Returns: how many cases that were.
  func play() async throws -> Int {
    let text = try Self.events.map(Self.text).joined() + "event: bye\ndata: {\"retry_ms\":500}\n\n"
    let bytes = Data(text.utf8)
    for count in 0..<bytes.count {
      for isBroken in [false, true] {
        let (heard, end) = try await listen(to: bytes.prefix(count), isBroken: isBroken)
        #expect(end == .lost, "\(count)")
        #expect(heard == Array(Self.events.prefix(heard.count)), "\(count)")
      }
    }
    let (heard, end) = try await listen(to: bytes, isBroken: true)
    #expect(end == .bye(afterMilliseconds: 500))
    #expect(heard.dropLast() == Self.events[...])
    return bytes.count * 2
  }

  private func listen(
    to bytes: Data, isBroken: Bool
  ) async throws -> (heard: [LiveEvent], end: LiveConnection.End) {
    let live = LiveConnection(
      transport: StreamTransport(bytes: bytes, isBroken: isBroken), clock: SystemSyncClock(), headers: [],
      timeout: .seconds(1))
    let heard = EventList()
    let end = try await live.listen(from: Self.place) { await heard.add($0) }
    return (await heard.all, end)
  }

  private static func text(_ event: LiveEvent) throws -> String {
    switch event {
    case .hello(let hello): try text("hello", hello)
    case .state(let state): try text("state", state)
    case .bye(let bye): try text("bye", bye)
    case .ping: "event: ping\ndata: {}\n\n"
    }
  }

  private static func text(_ name: String, _ data: some Encodable) throws -> String {
    "event: \(name)\ndata: \(String(decoding: try StorylineJSON.encode(data), as: UTF8.self))\n\n"
  }
}

private actor EventList {
  private(set) var all: [LiveEvent] = []

  func add(_ event: LiveEvent) { all.append(event) }
}

/// A stream of given bytes, in pieces as a network makes them, that ends or breaks.
private struct StreamTransport: HTTPTransport {
  let bytes: Data
  let isBroken: Bool

  func send(_ request: TransportRequest) async throws -> TransportResponse { throw TransportError.timedOut }

  func events(_ request: TransportRequest) async throws -> TransportStream {
    let (body, continuation) = AsyncThrowingStream.makeStream(of: Data.self)
    for start in stride(from: 0, to: bytes.count, by: 50) {
      continuation.yield(bytes.dropFirst(start).prefix(50))
    }
    continuation.finish(throwing: isBroken ? TransportError.cut("the stream broke") : nil)
    return TransportStream(status: 200, headers: ["content-type": "text/event-stream"], body: body)
  }
}
