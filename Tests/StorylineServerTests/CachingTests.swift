import Foundation
import HTTPTypes
import HummingbirdCore
import StorylineModels
import StorylineStore
import Testing

@testable import StorylineServer

@Suite struct CachingTests {
  @Test(arguments: Backend.allCases)
  func `edge case 17: sealed pages may be kept for long and the tail for a moment`(backend: Backend) async throws {
    try await TestService.run(on: backend, configure: { $0.limits.pageRows = 2 }) { service in
      let token = try await service.token()
      let sealed = try await service.send(Ask(.contentChanges, query: "after=start", token: token))
      let page = try ContentPage(parsing: sealed.body)
      #expect(page.more)
      #expect(sealed.headers["cache-control"] == "max-age=0, s-maxage=600, stale-while-revalidate=3600")
      #expect(sealed.headers["etag"] == "\"start.\(page.cursor)\"")
      #expect(sealed.headers["vary"] == "Accept-Encoding")
      let head = try await service.send(Ask(.contentHead, token: token))
      #expect(head.headers["cache-control"] == "max-age=0, s-maxage=2, stale-while-revalidate=10")
      let cursor = try head.decoded(as: ContentHead.self).cursor
      let tail = try await service.send(Ask(.contentChanges, query: "after=\(cursor)", token: token))
      #expect(tail.headers["cache-control"] == "max-age=0, s-maxage=2, stale-while-revalidate=10")
      #expect(try ContentPage(parsing: tail.body).changes.isEmpty)
    }
  }

  @Test(arguments: Backend.allCases)
  func `a version that the caller has is not sent again`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let token = try await service.token()
      for ask in [Ask(.contentChanges, query: "after=start", token: token), Ask(.contentHead, token: token)] {
        let full = try await service.send(ask)
        let tag = try #require(full.headers["etag"])
        for value in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
          let answer = try await service.send(ask.with(.ifNoneMatch, value))
          #expect(answer.status == 304)
          #expect(answer.body.isEmpty)
          #expect(answer.headers["etag"] == tag)
          #expect(answer.headers["cache-control"] == full.headers["cache-control"])
          #expect(answer.headers["vary"] == "Accept-Encoding")
        }
        #expect(try await service.send(ask.with(.ifNoneMatch, "\"other\"")).status == 200)
      }
    }
  }

  @Test func `a public story needs no token and may be kept by any cache`() async throws {
    try await TestService.run(on: .inProcess, configure: { $0.contentAccess = .public }) { service in
      let page = try await service.send(Ask(.contentChanges, query: "after=start"))
      #expect(page.status == 200)
      #expect(page.headers["cache-control"] == "public, max-age=0, s-maxage=2, stale-while-revalidate=10")
      #expect(try await service.send(Ask(.config)).decoded(as: ServiceConfiguration.self).contentAccess == "public")
      #expect(try await service.send(Ask(.libraryChanges)).status == 401)
    }
  }

  @Test func `no content answer depends on who asks`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let (one, other) = (try await service.token(), try await service.token())
      _ = try await service.send(Ask(.librarySync, token: one).sending(SampleStory.push(2)))
      let answers = [
        try await service.send(Ask(.contentChanges, query: "after=start", token: one)),
        try await service.send(Ask(.contentChanges, query: "after=start", token: other)),
      ]
      #expect(answers[0].body == answers[1].body)
      #expect(answers[0].headers["etag"] == answers[1].headers["etag"])
    }
  }

  @Test func `nothing of a library may be kept by anybody`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let token = try await service.token()
      let push = try await service.send(Ask(.librarySync, token: token).sending(SampleStory.push(1)))
      #expect(push.headers["cache-control"] == "private, no-store")
      let pull = try await service.send(Ask(.libraryChanges, token: token))
      #expect(pull.headers["cache-control"] == "private, no-store")
      #expect(pull.headers["etag"] == nil)
    }
  }

  @Test func `the expired cursor is the one error that may be kept`() {
    let policy = CachePolicy(access: .public)
    let errors: [(StoreError, Int, String?)] = [
      (.cursorExpired(snapshot: "1-00000000"), 410, "public, max-age=0, s-maxage=60"),
      (.cursorExpired(snapshot: nil), 410, "no-store"), (.takeDownUnfinished("secret"), 500, "no-store"),
      (.epochChanged(stream: .content, epoch: Epoch(rawValue: "e"), reasons: ["restored"]), 410, "no-store"),
      (.cursorInvalid("broken"), 400, "no-store"), (.tooManyMutations(limit: 5), 413, "no-store"),
      (.malformed("what"), 400, "no-store"), (.unknownReader, 401, "no-store"), (.diskFull, 503, "no-store"),
      (.diskFailed("secret"), 503, "no-store"), (.busy, 503, "no-store"), (.closed, 503, "no-store"),
      (.damaged("secret"), 503, "no-store"), (.permissions("/secret"), 503, "no-store"),
      (.notDurable("secret"), 503, "no-store"), (.foreignDatabase, 503, "no-store"),
      (.newerSchema(found: 9, known: 3), 503, "no-store"),
      (.unexpected("SELECT secret"), 500, "no-store"), (.locked(path: "/secret"), 503, "no-store"),
    ]
    for (error, status, cacheControl) in errors {
      let response = Refusal(error, policy: policy).response(requestID: "0123456789abcdef")
      #expect(response.status.code == status, "\(error)")
      #expect(response.headers[.cacheControl] == cacheControl, "\(error)")
      #expect((response.headers[.retryAfter] != nil) == (status == 503), "\(error)")
      let detail = Refusal(error, policy: policy).problem.detail ?? ""
      #expect(!detail.contains("secret") && !detail.contains("SELECT"), "\(error)")
    }
  }

  @Test func `a changed history is told with its epoch and reasons`() throws {
    let error = StoreError.epochChanged(
      stream: .library, epoch: Epoch(rawValue: "kq3vJv0m3o2S9xqJk1a7Zg"), reasons: ["restored"])
    let problem = Refusal(error, policy: CachePolicy(access: .token)).problem
    #expect(problem.stream == .library)
    #expect(problem.epoch?.rawValue == "kq3vJv0m3o2S9xqJk1a7Zg")
    #expect(problem.reasons == ["restored"])
    #expect(problem.action == "reanchor")
  }
}
