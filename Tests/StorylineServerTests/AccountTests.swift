import Foundation
import GRDB
import HTTPTypes
import StorylineModels
import StorylineStore
import Testing

@testable import StorylineServer

/// Export and erasure over HTTP (protocol, 2.13; edge cases 39 and 47).
@Suite(.timeLimit(.minutes(2))) struct AccountTests {
  @Test(arguments: Backend.allCases)
  func `an erased library is told to the other devices`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let token = try await service.token()
      let push = try await service.send(try Ask(.librarySync, token: token).sending(SampleStory.push(3)))
      let before = try push.decoded(as: LibrarySyncResponse.self)
      let erased = try await service.send(Ask(.libraryErase, token: token))
      #expect(erased.status == 204 && erased.body.isEmpty)
      let answer = try await service.send(
        try Ask(.librarySync, token: token).sending(SampleStory.push(0, after: before.cursor)))
      #expect(answer.status == 410)
      let problem = try answer.problem()
      #expect(problem.code == .epochChanged)
      #expect(problem.reasons == ["purged"])
      #expect(problem.stream == .library)
      #expect(problem.purgedBefore?.counter == .max)
      let again = try await service.send(try Ask(.librarySync, token: token).sending(SampleStory.push(1)))
      let result = try #require(try again.decoded(as: LibrarySyncResponse.self).results.first)
      #expect(result.status == .rejected)
      #expect(result.problem?.purgedBefore == problem.purgedBefore)
    }
  }

  @Test(arguments: Backend.allCases)
  func `an erased account answers its old token with 410, and others not at all`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let (token, other) = (try await service.token(), try await service.token())
      #expect(try await service.send(Ask(.accountErase, token: token)).status == 204)
      for ask in [
        Ask(.contentHead, token: token), Ask(.libraryChanges, token: token), Ask(.accountErase, token: token),
      ] {
        let answer = try await service.send(ask)
        #expect(answer.status == 410, "\(ask.path)")
        #expect(answer.headers["cache-control"]?.contains("no-store") == true)
        let problem = try answer.problem()
        #expect(problem.code == .accountDeleted)
        #expect(problem.erasedAt != nil)
      }
      #expect(try await service.send(Ask(.libraryChanges, token: other)).status == 200)
    }
  }

  @Test(arguments: Backend.allCases)
  func `an export is a gzip file of the own records`(backend: Backend) async throws {
    try await TestService.run(on: backend, configure: { $0.limits.pageRows = 2 }) { service in
      let (token, other) = (try await service.token(), try await service.token())
      for _ in 0..<2 {
        _ = try await service.send(try Ask(.librarySync, token: token).sending(SampleStory.push(5)))
      }
      let created = try await service.send(Ask(.exportCreate, token: token))
      #expect(created.status == 202)
      let export = try created.decoded(as: LibraryExport.self)
      let path = Route.exportFetch.path(id: export.id)
      let file = try await service.send(Ask(.get, path, token: token))
      #expect(file.status == 200)
      #expect(file.headers["content-type"] == "application/gzip")
      #expect(file.headers["content-encoding"] == nil)
      #expect(file.body.prefix(2) == Data([0x1F, 0x8B]))
      #expect(try await service.send(Ask(.get, path, token: other)).status == 404)
      #expect(try await service.send(Ask(.get, Route.exportFetch.path(id: "x"), token: token)).status == 404)
      #expect(try await service.send(Ask(.get, path)).status == 401)
    }
  }

  @Test func `a cursor of somebody else is refused, and the log says so without a name`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let (token, other) = (try await service.token(), try await service.token())
      let page = try await service.send(Ask(.libraryChanges, token: other)).decoded(as: LibraryPage.self)
      let answer = try await service.send(Ask(.libraryChanges, query: "after=\(page.cursor)", token: token))
      #expect(answer.status == 400)
      #expect(try answer.problem().code == .cursorInvalid)
      let lines = service.log.lines.filter { $0.contains("a cursor of another stream was refused") }
      #expect(lines.count == 1)
      let members = try StorylineJSON.decode([String: JSONValue].self, from: Data(try #require(lines.first).utf8))
      #expect(Set(members.keys) == ["time", "level", "message", "stream"])
      #expect(members["stream"] == .string("library"))
    }
  }

  @Test func `a cursor of a lost history is an alarm`() async throws {
    let directory = try TestAuthority.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let path = directory.appending(path: "store.sqlite").path
    try await TestService.run(on: .inProcess, database: path) { service in
      let token = try await service.token()
      let principal = try #require(try await service.store.authenticate(token: token))
      let push = try await service.send(try Ask(.librarySync, token: token).sending(SampleStory.push(1)))
      let cursor = try push.decoded(as: LibrarySyncResponse.self).cursor
      let queue = try DatabaseQueue(path: path)
      try await queue.write { try $0.execute(sql: "UPDATE stream SET head = 0, tag = 0 WHERE reader IS NOT NULL") }
      try queue.close()
      let answer = try await service.send(Ask(.libraryChanges, query: "after=\(cursor)", token: token))
      #expect(answer.status == 410)
      let line = try #require(service.log.lines.first { $0.contains("was a backup put back") })
      #expect(line.contains("\"level\":\"error\""))
      for secret in ["\(principal.reader)", "\(principal.device)", token, cursor.rawValue] {
        #expect(!line.contains(secret))
      }
    }
  }
}
