import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import NIOCore
import NIOEmbedded
import StorylineModels
import StorylineSQLite
import StorylineStore
import Testing

@testable import StorylineServer

/// How long a request is worked on.
@Suite(.timeLimit(.minutes(1))) struct DeadlineTests {
  /// Counts to a number that no machine reaches.
  private static let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

  /// Reads a statement without end for each request.
  private struct Endless: HTTPResponder {
    let store: StoryStore
    let begun: AsyncStream<Void>.Continuation

    func respond(to request: Request, context: ServiceContext) async throws -> Response {
      _ = try await store.database.read { db in
        begun.yield()
        return try Int.fetchOne(db, sql: DeadlineTests.endless)
      }
      return Response(status: .ok)
    }
  }

  @Test(arguments: [Route.contentHead, .librarySync])
  func `a statement that takes too long is interrupted`(route: Route) async throws {
    try await TestService.run(on: .inProcess, database: Self.file()) { service in
      let (beginnings, begun) = AsyncStream.makeStream(of: Void.self)
      let responder = DeadlineResponder(Endless(store: service.store, begun: begun), ServerConfiguration())
      let channel = NIOAsyncTestingChannel()
      let method = try #require(route.methods.first)
      let head = HTTPRequest(method: method, scheme: "https", authority: "localhost", path: route.path)
      let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
      let context = ServiceContext(logger: service.log.logger, channel: channel)
      let answer = Task { try await responder.respond(to: request, context: context) }
      for await _ in beginnings { break }
      // What brings a body has as long again as that may take to arrive.
      await channel.testingEventLoop.advanceTime(by: .seconds(route == .contentHead ? 10 : 25))
      await #expect(throws: CancellationError.self) { try await answer.value }
    }
  }

  @Test func `a push that waits too long gets 503 and is not written`() async throws {
    try await TestService.run(
      on: .http1OverTLS, database: Self.file(),
      configure: {
        $0.requestWorkTime = .milliseconds(200)
        $0.requestReadTime = .milliseconds(100)
      }
    ) { service in
      let token = try await service.token()
      let push = try Ask(.librarySync, token: token).sending(SampleStory.push(3))
      let (beginnings, begun) = AsyncStream.makeStream(of: Void.self)
      let release = DispatchSemaphore(value: 0)
      let writer = service.store.database.writer
      let held = Task {
        try await writer.writeWithoutTransaction { _ in
          begun.yield()
          release.wait()
        }
      }
      for await _ in beginnings { break }
      let refused = try await service.send(push)
      release.signal()
      try await held.value
      #expect(refused.status == 503)
      #expect(try refused.problem().code == .maintenance)
      #expect(Int(refused.headers["retry-after"] ?? "") ?? 0 > 0)
      let nothing = try await service.send(Ask(.libraryChanges, token: token))
      #expect(try nothing.decoded(as: LibraryPage.self).changes.isEmpty)
      let taken = try await service.send(push)
      #expect(try taken.decoded(as: LibrarySyncResponse.self).results.count == 3)
    }
  }

  private static func file() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("deadline-\(UUID()).sqlite").path
  }
}
