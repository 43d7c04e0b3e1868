import Foundation
import GRDB
import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import StorylineModels
import StorylineSQLite
import Testing

import struct StorylineModels.Cursor

@testable import StorylineServer
@testable import StorylineStore

/// The poll that does not wait: what a device asks that is probably up to date.
@Suite(.timeLimit(.minutes(2))) struct LivePollTests {
  private static func query(_ heads: StreamHeads, wait: String = "0") -> String {
    "content=\(heads.content)&library=\(heads.library)&wait=\(wait)"
  }

  private static func heads(_ service: TestService, _ token: String) async throws -> StreamHeads {
    let principal = try #require(try await service.store.authenticate(token: token))
    return try await service.store.streamHeads(for: principal.reader)
  }

  @Test(arguments: Backend.allCases) func `nothing new is 204, anything new is 200`(_ backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let token = try await service.token()
      let heads = try await Self.heads(service, token)
      let quiet = try await service.send(Ask(.live, query: Self.query(heads), token: token))
      #expect(quiet.status == 204)
      #expect(quiet.body.isEmpty)
      for query in [
        "wait=0", "content=\(heads.content)&wait=0", "library=\(heads.library)&wait=0",
        "content=start&library=\(heads.library)&wait=0",
      ] {
        let answer = try await service.send(Ask(.live, query: query, token: token))
        #expect(answer.status == 200, "\(query)")
        #expect(try answer.decoded() == LiveState(content: heads.content, library: heads.library), "\(query)")
      }
    }
  }

  @Test func `the cursor that a sync ends with is the one that has no news`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let token = try await service.token()
      _ = try await service.send(Ask(.librarySync, token: token).sending(SampleStory.push(3)))
      // A bootstrap's cursors carry a mark on their way, and none at the head.
      let pull = try await service.send(Ask(.libraryChanges, query: "empty=1", token: token))
      let library = try pull.decoded(as: LibraryPage.self).cursor
      let page = try ContentPage(
        parsing: try await service.send(Ask(.contentChanges, query: "after=start", token: token)).body)
      #expect(!page.more)
      let heads = StreamHeads(content: page.cursor, library: library)
      #expect(try await service.send(Ask(.live, query: Self.query(heads), token: token)).status == 204)
    }
  }

  @Test(arguments: Backend.allCases) func `a second poll without news touches no database`(_ backend: Backend)
    async throws
  {
    try await TestService.run(on: backend) { service in
      let token = try await service.token()
      let heads = try await Self.heads(service, token)
      let ask = Ask(.live, query: Self.query(heads), token: token)
      #expect(try await service.send(ask).status == 204)
      let statements = NIOLockedValueBox<[String]>([])
      // In memory there is one connection for reading and writing, so this sees everything.
      try await service.store.database.writer.writeWithoutTransaction { db in
        db.trace { event in statements.withLockedValue { $0.append("\(event)") } }
      }
      #expect(try await service.send(ask).status == 204)
      #expect(statements.withLockedValue { $0 } == [])
      _ = try await service.store.contentHead()
      #expect(statements.withLockedValue { $0 } != [])
    }
  }

  /// All that comes over the wire of it: its frames with their own headers, header fields in HPACK, body.
  @Test func `nothing new is at most 300 bytes over HTTP/2, first on a connection or not, and touches no database`()
    async throws
  {
    try await TestService.run(on: .http2OverTLS) { service in
      let token = try await service.token()
      let heads = try await Self.heads(service, token)
      let ask = Ask(.live, query: Self.query(heads), token: token)
      let answer = try await service.send(ask)
      #expect(answer.status == 204)
      #expect(answer.headers["cache-control"] == "no-store")
      let statements = NIOLockedValueBox<[String]>([])
      // In memory there is one connection for reading and writing, so this sees everything.
      try await service.store.database.writer.writeWithoutTransaction { db in
        db.trace { event in statements.withLockedValue { $0.append("\(event)") } }
      }
      let (port, authority) = (try #require(service.port), try #require(service.authority))
      let connection = try await RawConnection.tls(port: port, authority: authority, protocols: ["h2"])
      try await connection.send(HTTP2Bytes.preface)
      var sizes: [Int] = []
      for stream in [1, 3, 5] {
        try await connection.send(
          HTTP2Bytes.get(ask.path, stream: UInt8(stream), headers: [("authorization", "Bearer \(token)")]))
        let frames = try await Self.frames(of: stream, on: connection)
        #expect(frames.first?.type == HTTP2Frame.headers)
        // A problem document would be longer than this, and comes with a body.
        #expect(frames.filter { $0.type == HTTP2Frame.data }.allSatisfy { $0.size == 9 })
        sizes.append(frames.reduce(0) { $0 + $1.size })
      }
      print("nothing new over HTTP/2: \(sizes) bytes on the first requests of a connection")
      #expect(sizes.allSatisfy { $0 <= 300 }, "\(sizes)")
      // What was said before is said by a number (RFC 7541, 2.3).
      #expect(sizes[1] < sizes[0])
      #expect(statements.withLockedValue { $0 } == [])
      _ = try await service.store.contentHead()
      #expect(statements.withLockedValue { $0 } != [])
      try await connection.channel.close()
    }
  }

  /// The frames of one answer, once its last one is there.
  private static func frames(of stream: Int, on connection: RawConnection) async throws -> [HTTP2Frame] {
    while connection.channel.isActive {
      let frames = HTTP2Frame.all(in: connection.bytes).filter { $0.stream == stream }
      if frames.contains(where: \.endsStream) { return frames }
      try await Task.sleep(for: .milliseconds(5))
    }
    return []
  }

  @Test func `what is no cursor or no time to wait is refused`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let (token, other) = (try await service.token(), try await service.token())
      let heads = try await Self.heads(service, token)
      let stranger = try await Self.heads(service, other).library
      for query in [
        "content=broken&wait=0", "library=\(heads.content)&wait=0", "library=\(stranger)&wait=0", "content=&wait=0",
      ] {
        let answer = try await service.send(Ask(.live, query: query, token: token))
        #expect(answer.status == 400, "\(query)")
        #expect(try answer.problem().code == .cursorInvalid, "\(query)")
      }
      for wait in ["26", "-1", "x", "", "+1"] {
        let answer = try await service.send(Ask(.live, query: Self.query(heads, wait: wait), token: token))
        #expect(answer.status == 400, "\(wait)")
        #expect(try answer.problem().code == .badRequest, "\(wait)")
      }
      let json = Ask(.live, token: token).with(.accept, "application/json")
      #expect(try await service.send(json).status == 400)
    }
  }

  @Test func `a cursor of another history is no error here: the sync that follows is told`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let token = try await service.token()
      let heads = try await Self.heads(service, token)
      var place = try CursorCodec.place(of: heads.library)
      place.seq += 1000
      let ahead = StreamHeads(content: heads.content, library: CursorCodec.cursor(at: place))
      let answer = try await service.send(Ask(.live, query: Self.query(ahead), token: token))
      #expect(answer.status == 200)
      #expect(try answer.decoded() == LiveState(content: heads.content, library: heads.library))
      let sync = try await service.send(Ask(.libraryChanges, query: "after=\(ahead.library)", token: token))
      #expect(sync.status == 410)
    }
  }
}
