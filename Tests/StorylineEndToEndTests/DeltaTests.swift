import Foundation
import StorylineClientNIO
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// What a sync costs follows from what changed, and not from how much there is.
@Suite(.serialized) struct DeltaTests {
  private static let changed = 20

  /// One sync over the wire.
  private struct Cost {
    /// Both directions, TLS and headers included.
    var bytes: Int
    var requests: Int
    /// Content rows that were new to the replica.
    var rows: Int
    /// Records that the replica inserted, changed or deleted, by its own list of changes.
    var written: Int
  }

  private struct Costs {
    var first: Cost
    var delta: Cost
    var nothing: Cost
  }

  @Test func `after 20 of 10,000 articles changed, a sync moves the bytes and writes the records of 20`() async throws {
    let few = try await Self.costs(articles: 200)
    let many = try await Self.costs(articles: 10_000)
    print(
      """
      20 changed of 200: \(few.delta.bytes) bytes, \(few.delta.written) records written; \
      20 changed of 10,000: \(many.delta.bytes) bytes, \(many.delta.written) records written, \
      after a first sync of \(many.first.bytes) bytes; nothing new: \(many.nothing.bytes) bytes
      """)
    #expect(many.first.rows >= 10_000)
    for costs in [few, many] {
      #expect(costs.delta.rows == Self.changed && costs.delta.written == Self.changed)
      #expect(costs.nothing.rows == 0 && costs.nothing.requests == 1)
    }
    #expect(many.delta.requests == few.delta.requests)
    // Beside the texts only the numbers of commits have more digits, and compression has its moods.
    #expect(many.delta.bytes <= few.delta.bytes * 11 / 10, "\(many.delta.bytes) and \(few.delta.bytes)")
    #expect(many.delta.bytes * 50 <= many.first.bytes)
    #expect(many.nothing.bytes <= 1024)
  }

  private static func costs(articles: Int) async throws -> Costs {
    let scratch = try Scratch()
    var random = SeededGenerator(seed: 20_261_125)
    let story = Entity.story(Story(id: "ukraine-nato", title: "Ukraine and NATO"))
    let invite = try await withStore(in: scratch) { store in
      _ = try await store.publish(ContentCommit(entities: [story], author: "test"))
      for start in stride(from: 0, to: articles, by: 2_000) {
        let numbers = start..<min(start + 2_000, articles)
        _ = try await store.publish(
          ContentCommit(entities: numbers.map { article($0, version: 1, &random) }, author: "test"))
      }
      return try await store.createInvite(scope: Scope.reader, validFor: 3600).text
    }
    let service = try await LiveService.start(in: scratch)
    let relay = try await CountingRelay(to: service.port)
    let trust = ServerTrust.authority(pem: try String(contentsOfFile: service.authority, encoding: .utf8))
    let transport = try NIOTransport(server: "https://localhost:\(relay.port)", trust: trust)
    let reply = try await Enroller(transport: transport).redeem(
      invite: invite, deviceName: nil, requestID: UUID().uuidString)
    let replica = try Replica.inMemory()
    let credentials = Credentials(server: service.address, trust: trust, reply: reply)
    func sync() async throws -> Cost {
      let before = try written(in: replica)
      _ = relay.takeCount()
      let report = try await SyncEngine(replica: replica, credentials: credentials, transport: transport).sync()
      return Cost(
        bytes: relay.takeCount(), requests: report.requests, rows: report.contentChanged,
        written: try written(in: replica) - before)
    }
    let first = try await sync()
    // The editor's tool has the database while the service is down.
    let port = service.port
    try #require(service.program.terminate() == 0)
    try await withStore(in: scratch) { store in
      let step = articles / changed
      let entities = (0..<changed).map { article($0 * step, version: 2, &random) }
      let result = try await store.publish(ContentCommit(entities: entities, author: "test"))
      #expect(result.written == changed)
    }
    let again = try await LiveService.start(in: scratch, port: port)
    // What the new connection costs is no part of it.
    _ = try await transport.send(TransportRequest(method: .get, path: Route.healthLive.path))
    let delta = try await sync()
    let nothing = try await sync()
    try await transport.shutdown()
    try await relay.close()
    #expect(again.program.terminate() == 0)
    return Costs(first: first, delta: delta, nothing: nothing)
  }

  private static func withStore<Value>(
    in scratch: Scratch, _ body: (StoryStore) async throws -> Value
  ) async throws -> Value {
    let options = StoreOptions(pepper: try Pepper.loadOrCreate(at: scratch.file("storyline.sqlite.pepper")))
    let store = try StoryStore.open(at: scratch.file("storyline.sqlite"), options: options)
    let value = try await body(store)
    try store.close()
    return value
  }

  /// Some thirty words that compress no better than words do.
  private static func article(_ number: Int, version: Int, _ random: inout SeededGenerator) -> Entity {
    let words = (0..<30).map { _ in String(UInt32.random(in: 0..<1_000_000, using: &random), radix: 36) }
    return .article(
      Article(
        id: Identifier("article-\(number)"), story: "ukraine-nato", headline: "Headline \(number)", version: version,
        blocks: [Block(id: "b1", role: .paragraph, text: words.joined(separator: " "))]))
  }

  private static func written(in replica: Replica) throws -> Int {
    try Int(replica.storage.read(ChangeLog.end))
  }
}
