import Foundation
import GRDB
import StorylineModels
import StorylineTestSupport
import Testing

import struct StorylineModels.Cursor

@testable import StorylineClient

/// This version as an old one: against the pages of a server that knows kinds, members, roles and encodings that it
/// does not. What such a server sends stands in `Fixtures/later`.
struct OldClientTests {
  private static let credentials = Credentials(
    server: "https://later.test", trust: .system, accessToken: "t", accountID: "account", deviceID: "device",
    scope: "")

  /// Answers the first requests with the golden pages, takes every push, and has nothing new after that.
  private final class LaterServer: HTTPTransport, @unchecked Sendable {
    private let content: Data
    private let library: Data
    private let lock = NSLock()
    // Read and written under `lock` only; that is why the class may be shared.
    private var asked: [TransportRequest] = []

    init() throws {
      content = try Golden.data("later/content-page.json")
      library = try Golden.data("later/library-page.json")
    }

    var requests: [TransportRequest] { lock.withLock { asked } }

    /// Everything that was pushed.
    var pushed: [Mutation] {
      get throws {
        try requests.filter { $0.path == Route.librarySync.path }.flatMap { request in
          try StorylineJSON.decode(LibrarySyncRequest.self, from: request.plainBody ?? Data()).mutations
        }
      }
    }

    func send(_ request: TransportRequest) async throws -> TransportResponse {
      lock.withLock { asked.append(request) }
      switch Route.at(String(request.path.split(separator: "?")[0])).routes.first {
      case .live: return TransportResponse(status: 204)
      case .contentChanges where request.path.hasSuffix("after=start"): return .json(content)
      case .contentChanges:
        let end = Cursor(rawValue: "c-later")
        return .json(
          try ContentPage.wire(epoch: Epoch(rawValue: "e-later"), after: end, cursor: end, more: false, rows: []))
      case .librarySync:
        let sync = try StorylineJSON.decode(LibrarySyncRequest.self, from: request.plainBody ?? Data())
        if sync.after == nil { return .json(library) }
        return .json(
          try StorylineJSON.encode(
            LibrarySyncResponse(
              now: Timestamp(milliseconds: 1_733_040_000_000), epoch: Epoch(rawValue: "l-later"),
              results: sync.mutations.map { MutationResult(m: $0.m, status: .applied) }, changes: [],
              cursor: Cursor(rawValue: "lc-later"), more: false)))
      default: return try .problem(Problem(.notFound))
      }
    }
  }

  private func engine(_ replica: Replica, _ server: LaterServer) -> SyncEngine {
    SyncEngine(
      replica: replica, credentials: Self.credentials, transport: server, clock: ManualClock(), random: { 0 })
  }

  /// The bodies of the golden page as they stand in the file, by kind and id.
  private func goldenBodies() throws -> [String: Data] {
    let page = try RawJSON(validating: Golden.data("later/content-page.json")).members()
    let rows = try #require(page.first { $0.name == "changes" }).value.elements()
    var bodies: [String: Data] = [:]
    for row in rows {
      let members = try row.members()
      let kind = try #require(members.first { $0.name == "kind" }).value.decoded(as: String.self)
      let id = try #require(members.first { $0.name == "id" }).value.decoded(as: String.self)
      bodies["\(kind) \(id)"] = members.first { $0.name == "body" }?.value.data
    }
    return bodies
  }

  private func heldBodies(_ replica: Replica) throws -> [String: Data] {
    let rows = try replica.storage.read { try $0.rows("SELECT kind, id, body FROM content WHERE body IS NOT NULL") }
    return Dictionary(rows.map { ("\($0["kind"] as String) \($0["id"] as String)", $0["body"] as Data) }) { $1 }
  }

  @Test func `edge case 40: everything of a later version is kept byte for byte, and what can be shown is shown`()
    async throws
  {
    let (server, replica) = (try LaterServer(), try Replica.inMemory(random: { 1 }))
    _ = try await engine(replica, server).sync()
    let golden = try goldenBodies()
    #expect(golden.count == 9)
    #expect(try heldBodies(replica) == golden)
    #expect(try replica.status().undecodable == 2)
    #expect(try replica.cursor(of: .content) == Cursor(rawValue: "c-later"))
    // An article with roles, members and a status that nobody knows here: with the words that stand for its map.
    let view = try #require(try replica.article("a1"))
    #expect(view.article.blocks.map(\.texts) == [["They met in Brussels."], ["Map: the eastern flank"], []])
    #expect(view.article.blocks[2].other["text"] == .object(["series": .array([.integer(1), .integer(2)])]))
    #expect(try replica.search("flank").map(\.id) == ["a1"])
    #expect(view.facts.events.map(\.id) == ["e1"])
    #expect(view.facts.positions.map(\.stance.rawValue) == ["warming-to"])
    #expect(view.facts.commitments.map(\.status.rawValue) == ["pledged-twice"])
    #expect(try replica.articles().map(\.id) == ["a1"])
    #expect(try replica.articles().map(\.isRead) == [true])
  }

  @Test func `edge case 40: an edit changes the members it means and no other, and nothing else is sent back`()
    async throws
  {
    let (server, replica) = (try LaterServer(), try Replica.inMemory(random: { 1 }))
    _ = try await engine(replica, server).sync()
    try replica.write(Follow(on: false), id: "e1")
    try replica.setRead(false, article: "a1")
    // Words that this version cannot open it does not write over.
    let sealed = LibraryKey(kind: .note, id: "n1")
    #expect(throws: ReplicaError.sealed(sealed, encoding: "aead1")) { try replica.write(Note(text: "x"), id: "n1") }
    _ = try await engine(replica, server).sync()
    let pushed = try server.pushed
    let payloads = Dictionary(pushed.map { ($0.id, $0.payload ?? "") }) { $1 }
    #expect(payloads.keys.sorted() == ["a1", "e1"])
    #expect(payloads["e1"] == #"{"on":false,"tags":["a",1.10],"mood":9007199254740993}"#)
    #expect(payloads["a1"]?.hasPrefix(#"{"read":false,"minutes":2.50"#) == true, "\(payloads)")
    #expect(try replica.status().pending == 0)
    #expect(try replica.record(sealed)?.payload == "bm9uY2Ugb2YgYSBsYXRlciB2ZXJzaW9u")
    let vote = LibraryKind(rawValue: "vote")
    #expect(try replica.record(LibraryKey(kind: vote, id: "q1"))?.payload == #"{"x":1.0,"u":"\u0041"}"#)
    #expect(try replica.record(LibraryKey(kind: vote, id: "q2"))?.deleted == true)
  }

  /// The same page on a device whose app knew neither commitments nor positions, and took the article for broken.
  @Test func `edge case 40: after an update the app shows what the old one had kept, and fetches nothing for it`()
    async throws
  {
    let path = NSTemporaryDirectory() + "replica-\(UUID().uuidString).sqlite"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let server = try LaterServer()
    let old = try Replica.open(at: path, random: { 1 })
    _ = try await engine(old, server).sync()
    let (article, hits) = (try old.article("a1"), try old.search("funding"))
    #expect(!hits.isEmpty)
    try forget([.commitment, .position], undecodable: "a1", in: old)
    #expect(try old.articles().isEmpty)
    #expect(try old.search("Brussels").isEmpty && old.search("funding").isEmpty)
    #expect(try heldBodies(old) == goldenBodies())
    // Marks of the old version, of what it could not show too.
    try old.write(Follow(on: false), id: "e1")
    try old.close()

    let asked = server.requests.count
    let updated = try Replica.open(at: path, random: { 1 })
    #expect(try updated.article("a1") == article)
    #expect(try updated.search("funding") == hits)
    #expect(try updated.articles().map(\.id) == ["a1"])
    #expect(try updated.commitments().map(\.id) == ["c1"])
    #expect(try updated.positions().map(\.id) == ["p1"])
    #expect(try updated.status().undecodable == 2)
    #expect(try heldBodies(updated) == goldenBodies())
    #expect(server.requests.count == asked)
    // The first sync after it pushes the mark and pulls nothing again.
    _ = try await engine(updated, server).sync()
    #expect(!server.requests.dropFirst(asked).contains { $0.path.contains("after=start") })
    #expect(try server.pushed.map(\.id) == ["e1"])
    try updated.close()
  }

  /// Leaves in the derived tables what a version leaves there that does not know these kinds, and cannot read this article.
  private func forget(_ kinds: [ContentKind], undecodable id: String, in replica: Replica) throws {
    try replica.storage.write { db in
      for row in try db.rows("SELECT key, kind, id FROM content WHERE body IS NOT NULL") {
        let isUnknown = kinds.contains(ContentKind(rawValue: row["kind"]))
        guard isUnknown || row["id"] == id else { continue }
        try IndexContent(key: row["key"]).remove(in: db)
        try db.run("UPDATE content SET title = NULL, undecodable = ? WHERE key = ?", [!isUnknown, row["key"] as Int64])
      }
      try db.run("UPDATE replica SET decoder = ?", [ReplicaSchema.decoder - 1])
    }
  }
}
