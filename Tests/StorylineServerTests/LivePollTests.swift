import Foundation
import GRDB
import HTTPTypes
import NIOConcurrencyHelpers
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

  @Test func `the answer that is sent most often is small`() async throws {
    try await TestService.run(on: .http2OverTLS) { service in
      let token = try await service.token()
      let heads = try await Self.heads(service, token)
      let answer = try await service.send(Ask(.live, query: Self.query(heads), token: token))
      #expect(answer.status == 204)
      let fields = answer.headers.reduce(":status".utf8.count + 3) { $0 + $1.key.utf8.count + $1.value.utf8.count }
      #expect(fields <= 300, "\(answer.headers)")
      #expect(answer.headers["cache-control"] == "no-store")
    }
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
