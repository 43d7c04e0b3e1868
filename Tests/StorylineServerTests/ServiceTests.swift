import Foundation
import HTTPTypes
import StorylineModels
import StorylineStore
import Testing

@testable import StorylineServer

/// The main job, over each way into the service.
@Suite struct ServiceTests {
  @Test(arguments: Backend.allCases)
  func `a reader gets the whole story page by page`(backend: Backend) async throws {
    try await TestService.run(on: backend, configure: { $0.limits.pageRows = 2 }) { service in
      let token = try await service.token()
      var after = Cursor.start
      var rows: [ContentChange] = []
      var pages = 0
      var more = true
      while more {
        let answer = try await service.send(Ask(.contentChanges, query: "after=\(after)", token: token))
        #expect(answer.status == 200)
        let page = try ContentPage(parsing: answer.body)
        #expect(page.after == after)
        rows += page.changes
        (after, more) = (page.cursor, page.more)
        pages += 1
      }
      #expect(pages > 1)
      #expect(rows.filter { $0.kind == .article && !$0.isDeleted }.map(\.id) == ["article-1", "article-3"])
      #expect(rows.first { $0.id == "article-2" }?.reason == "retracted")
      let head = try await service.send(Ask(.contentHead, token: token)).decoded(as: ContentHead.self)
      #expect(head.cursor == after)
    }
  }

  @Test(arguments: Backend.allCases)
  func `a mark made on one device reaches another one`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let token = try await service.token()
      let push = try await service.send(Ask(.librarySync, token: token).sending(SampleStory.push(3)))
      #expect(push.status == 200)
      let pushed = try push.decoded(as: LibrarySyncResponse.self)
      #expect(pushed.results.map(\.status) == [.applied, .applied, .applied])
      let pull = try await service.send(Ask(.libraryChanges, query: "empty=1", token: token))
      #expect(pull.status == 200)
      #expect(try pull.decoded(as: LibraryPage.self).changes.map(\.id) == ["article-0", "article-1", "article-2"])
      let again = try await service.send(
        Ask(.librarySync, token: token).sending(SampleStory.push(3, after: pushed.cursor)))
      #expect(try again.decoded(as: LibrarySyncResponse.self).results.allSatisfy { $0.status == .same })
    }
  }

  @Test(arguments: Backend.allCases)
  func `nobody sees another reader's library`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let (one, other) = (try await service.token(), try await service.token())
      _ = try await service.send(Ask(.librarySync, token: one).sending(SampleStory.push(2)))
      let page = try await service.send(Ask(.libraryChanges, token: other)).decoded(as: LibraryPage.self)
      #expect(page.changes.isEmpty)
    }
  }

  @Test(arguments: Backend.allCases)
  func `an invite becomes a token, and the same request the same token`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let invite = try await service.store.createInvite(scope: Scope.reader, validFor: 3600)
      let ask = Ask(.token).sending(Self.grant(invite: invite.text), as: MediaTypes.form)
      let first = try await service.send(ask)
      #expect(first.status == 200)
      #expect(first.headers["cache-control"] == "no-store")
      let reply = try first.decoded(as: TokenReply.self)
      #expect(reply.scope == "library:rw story:read")
      #expect(try await service.send(ask).decoded(as: TokenReply.self).deviceID == reply.deviceID)
      #expect(try await service.send(Ask(.contentHead, token: reply.accessToken)).status == 200)
    }
  }

  static func grant(invite: String, request: UUID = SampleStory.requestID) -> String {
    let type = InviteGrant.type.replacing(":", with: "%3A")
    return "grant_type=\(type)&invite=\(invite)&request_id=\(request)&device_name=Kitchen+tablet&unknown=1"
  }

  @Test(arguments: Backend.allCases)
  func `the configuration tells the limits that hold`(backend: Backend) async throws {
    let now = Timestamp(milliseconds: 1_780_000_000_123)
    try await TestService.run(
      on: backend, clock: { now }, configure: { $0.limits.requestBytes = 4096 }
    ) { service in
      let answer = try await service.send(Ask(.config))
      let configuration = try answer.decoded(as: ServiceConfiguration.self)
      #expect(configuration.story == SampleStory.id)
      #expect(configuration.limits.requestBytes == 4096)
      #expect(configuration.contentAccess == "token")
      #expect(configuration.now == now)
    }
  }

  @Test(arguments: Backend.allCases)
  func `the service says that it lives and is ready`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let live = try await service.send(Ask(.healthLive))
      #expect(live.text == #"{"status":"live"}"#)
      let ready = try await service.send(Ask(.healthReady))
      #expect(ready.text == #"{"status":"ready"}"#)
    }
  }

  @Test(arguments: Backend.allCases)
  func `every answer names its request and forbids guessing its type`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      var ids: Set<String> = []
      for path in [Route.config.path, Route.contentHead.path, "/nowhere"] {
        let answer = try await service.send(Ask(.get, path))
        #expect(answer.headers["x-content-type-options"] == "nosniff")
        #expect(answer.headers["server"] == nil)
        #expect((answer.headers["strict-transport-security"] != nil) == (backend != .inProcess))
        ids.insert(try #require(answer.headers["x-request-id"]))
      }
      #expect(ids.count == 3)
    }
  }

  @Test(arguments: Backend.allCases)
  func `HEAD gets the header of GET and no body`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let token = try await service.token()
      for route in Route.allCases where route.method == .get {
        let query = route == .contentChanges ? "after=start" : route == .live ? "wait=0" : ""
        var ask = Ask(route, query: query, token: token)
        let get = try await service.send(ask)
        ask.method = .head
        let head = try await service.send(ask)
        #expect(head.status == get.status)
        #expect(head.body.isEmpty)
        for name in ["content-type", "content-length", "cache-control", "etag"] {
          #expect(head.headers[name] == get.headers[name], "\(name) of \(route)")
        }
      }
      let missing = try await service.send(Ask(.head, "/nowhere"))
      #expect(missing.status == 404)
      #expect(missing.body.isEmpty)
    }
  }

  @Test(arguments: Backend.allCases)
  func `the description that is served is the repository's file`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let answer = try await service.send(Ask(.openAPI))
      #expect(answer.headers["content-type"] == "application/yaml")
      let file = try Data(contentsOf: Repository.root.appending(path: "openapi.yaml"))
      #expect(answer.body == file)
    }
  }
}

/// Where the sources lie.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
}
