import Foundation
import HTTPTypes
import StorylineGzip
import StorylineModels
import StorylineStore
import Testing

@testable import StorylineServer

/// Rates, load and sizes (protocol, 2.11). The clock stands still where a test does not move it.
@Suite(.timeLimit(.minutes(2))) struct LimitTests {
  private static func run(
    _ configure: (inout ServerConfiguration) -> Void,
    _ body: @escaping @Sendable (TestService, ManualTime, String) async throws -> Void
  ) async throws {
    let clock = ManualTime()
    // Nothing is added by chance.
    let live = LiveSettings(random: { $0.lowerBound })
    try await TestService.run(on: .inProcess, clock: { clock.now }, live: live, configure: configure) { service in
      try await body(service, clock, try await service.token())
    }
  }

  @Test func `a device may ask so often, some of it at once, and is told when again`() async throws {
    try await Self.run({
      $0.limits.requestsPerMinute = 60
      $0.limits.requestBurst = 20
    }) { service, clock, token in
      for _ in 0..<20 { #expect(try await service.send(Ask(.libraryChanges, token: token)).status == 200) }
      for ask in [Ask(.libraryChanges, token: token), Ask(.live, query: "wait=0", token: token)] {
        let refused = try await service.send(ask)
        #expect(refused.status == 429)
        #expect(refused.headers["retry-after"] == "1")
        #expect(refused.headers["cache-control"] == "no-store")
        #expect(try refused.problem().code == .rateLimited)
      }
      // Another device is not concerned, nor is the story.
      #expect(try await service.send(Ask(.libraryChanges, token: try await service.token())).status == 200)
      #expect(try await service.send(Ask(.contentHead, token: token)).status == 200)
      clock.advance(seconds: 1)
      #expect(try await service.send(Ask(.libraryChanges, token: token)).status == 200)
      #expect(try await service.send(Ask(.libraryChanges, token: token)).status == 429)
    }
  }

  @Test func `edge case 35: a device that pauses as it is asked to pushes a long history without a refusal`()
    async throws
  {
    try await Self.run({
      $0.limits.mutationsPerMinute = 1_200
      $0.limits.mutationsPerRequest = 500
    }) { service, clock, token in
      let start = clock.now
      for batch in 0..<12 {
        var push = SampleStory.push(500)
        for index in push.mutations.indices { push.mutations[index].id = "old-\(batch)-\(index)" }
        let answer = try await service.send(Ask(.librarySync, token: token).sending(push))
        #expect(answer.status == 200)
        clock.advance(seconds: Int64(try answer.decoded(as: LibrarySyncResponse.self).backoff))
      }
      let seconds = (clock.now.milliseconds - start.milliseconds) / 1000
      // 6000 marks, 1200 of them at once and the others at 20 a second.
      #expect((230...270).contains(seconds), "\(seconds)")
    }
  }

  @Test func `a library that changes too fast is refused, for all its devices`() async throws {
    try await Self.run({ $0.limits.mutationsPerMinute = 60 }) { service, clock, _ in
      let invite = try await service.store.createInvite(scope: Scope.reader, devices: 2, validFor: 3600)
      var tokens: [String] = []
      for _ in 0..<2 {
        tokens.append(
          try await service.store.redeem(InviteRedemption(invite: invite.text, requestID: UUID().uuidString))
            .accessToken)
      }
      let ask = try Ask(.librarySync, token: tokens[0]).sending(SampleStory.push(70))
      #expect(try await service.send(ask).decoded(as: LibrarySyncResponse.self).backoff > 0)
      let refused = try await service.send(try Ask(.librarySync, token: tokens[1]).sending(SampleStory.push(1)))
      #expect(refused.status == 429)
      #expect(refused.headers["retry-after"] == "11")
      // Reading goes on.
      #expect(
        try await service.send(try Ask(.librarySync, token: tokens[1]).sending(SampleStory.push(0))).status == 200)
      clock.advance(seconds: 11)
      #expect(
        try await service.send(try Ask(.librarySync, token: tokens[1]).sending(SampleStory.push(1))).status == 200)
    }
  }

  @Test func `a way around the caches is there once a minute`() async throws {
    try await Self.run({ _ in }) { service, clock, token in
      let ask = Ask(.contentChanges, query: "after=start&bust=0123abcd", token: token)
      let first = try await service.send(ask)
      #expect(first.status == 200)
      #expect(try await service.send(ask).status == 429)
      #expect(try await service.send(Ask(.contentChanges, query: "after=start", token: token)).status == 200)
      clock.advance(seconds: 60)
      #expect(try await service.send(ask).status == 200)
      for bust in ["", "0123abc", "0123abcde", "0123abcx"] {
        let odd = Ask(.contentChanges, query: "after=start&bust=\(bust)", token: token)
        #expect(try await service.send(odd).status == 400, "\(bust)")
      }
    }
  }

  @Test func `buckets fill at their rate and never above their size`() throws {
    let clock = ManualTime()
    let made = RateLimiter(perMinute: 60, burst: 3, reserve: 2, now: { clock.now })
    let limiter = try #require(made)
    #expect(limiter.take(1, for: "a") == .granted(pause: 0))
    #expect(limiter.take(1, for: "a") == .granted(pause: 1))
    #expect(limiter.take(5, for: "a") == .granted(pause: 6))
    #expect(limiter.take(1, for: "a") == .refused(wait: 5))
    #expect(limiter.take(1, for: "b") == .granted(pause: 0))
    clock.advance(seconds: 5)
    #expect(limiter.take(1, for: "a") == .granted(pause: 2))
    clock.advance(seconds: 3600)
    for _ in 0..<3 { #expect(limiter.take(1, for: "a") != .refused(wait: 1)) }
    #expect(limiter.take(1, for: "a") == .refused(wait: 1))
    // A clock that goes back gives nothing and takes nothing.
    clock.advance(seconds: -60)
    #expect(limiter.take(1, for: "a") == .refused(wait: 1))
    let none = RateLimiter(perMinute: 0, burst: 1, now: { clock.now })
    #expect(none == nil)
  }

  @Test func `beyond what can be worked on at once, requests are refused quickly`() async throws {
    let count = RequestCount(maximum: 2)
    #expect(count.begin() && count.begin() && !count.begin())
    count.end()
    #expect(count.begin())
    try await Self.run({ $0.requestsMaximum = 1 }) { service, _, token in
      // Each gives its place back, also when it is refused.
      for _ in 0..<3 {
        let answer = try await service.send(Ask(.contentHead, token: token))
        #expect(answer.status == 200)
        #expect(try await service.send(Ask(.contentHead)).status == 401)
      }
    }
    try await Self.run({ $0.requestsMaximum = 0 }) { service, _, token in
      let refused = try await service.send(Ask(.contentHead, token: token))
      #expect(refused.status == 503)
      #expect(refused.headers["retry-after"] == "2")
      #expect(try await service.send(Ask(.healthLive)).status == 200)
      #expect(try await service.send(Ask(.live, query: "wait=0", token: token)).status == 200)
    }
  }

  @Test(arguments: Backend.allCases) func `a push may come in gzip`(_ backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let token = try await service.token()
      let body = Gzip.compressed(try StorylineJSON.encode(SampleStory.push(50)))
      let ask = Ask(.librarySync, token: token).sending(body).with(.contentEncoding, "gzip")
      let answer = try await service.send(ask)
      #expect(answer.status == 200)
      #expect(try answer.decoded(as: LibrarySyncResponse.self).results.count == 50)
    }
  }

  @Test func `edge case 50: a small body that inflates to a large one is stopped`() async throws {
    try await Self.run({ $0.limits.inflatedRequestBytes = 2_000_000 }) { service, _, token in
      let bomb = Gzip.compressed(Data(repeating: UInt8(ascii: " "), count: 50_000_000))
      #expect(bomb.count < 100_000)
      let ask = Ask(.librarySync, token: token)
      let refused = try await service.send(ask.sending(bomb).with(.contentEncoding, "gzip"))
      #expect(refused.status == 413)
      #expect(try refused.problem().code == .requestTooLarge)
      #expect(try refused.problem().limit == 2_000_000)
      let whole = Gzip.compressed(Data("{}".utf8))
      for broken in [whole.dropLast(3), Data("{}".utf8), whole + Data([0])] {
        #expect(try await service.send(ask.sending(broken).with(.contentEncoding, "gzip")).status == 400)
      }
      let brotli = try await service.send(ask.sending(whole).with(.contentEncoding, "br"))
      #expect(brotli.status == 415)
      #expect(brotli.headers["accept-encoding"] == "gzip, identity")
      let form = Ask(.token).sending(whole, as: MediaTypes.form).with(.contentEncoding, "gzip")
      #expect(try await service.send(form).status == 415)
    }
  }
}
