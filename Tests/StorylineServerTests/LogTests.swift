import Foundation
import HTTPTypes
import Logging
import NIOConcurrencyHelpers
import StorylineModels
import StorylineStore
import Testing

@testable import StorylineServer

@Suite struct LogTests {
  @Test(arguments: Backend.allCases)
  func `the log never tells who asked what`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let token = try await service.token()
      let invite = try await service.store.createInvite(scope: Scope.reader, validFor: 3600)
      var asks = [
        Ask(.contentChanges, query: "after=start", token: token),
        Ask(.contentChanges, query: "after=canaryCursor", token: token),
        Ask(.contentHead, query: "canaryName=canaryValue", token: token),
        Ask(.contentHead, token: "sla_canaryToken"), Ask(.get, "/canaryPath", token: token),
        Ask(.delete, Route.config.path, token: token),
        try Ask(.librarySync, token: token).sending(SampleStory.push(2)),
        Ask(.librarySync, token: token).sending("{\"canaryMember\":"),
        Ask(.librarySync, token: token).sending("{\"mutations\":\"canaryBody\"}"),
        Ask(.token).sending(ServiceTests.grant(invite: invite.text), as: MediaTypes.form),
        Ask(.token).sending("grant_type=canaryGrant", as: MediaTypes.form),
      ]
      for index in asks.indices {
        asks[index].headers[.userAgent] = "canaryAgent/1.0"
        asks[index].headers[.referer] = "https://canary.example/"
        if let name = HTTPField.Name("X-Forwarded-For") { asks[index].headers[name] = "203.0.113.77" }
        _ = try await service.send(asks[index])
      }
      let log = service.log.lines.joined()
      #expect(service.log.lines.count { $0.contains("\"message\":\"request\"") } == asks.count)
      for secret in ["canary", token, String(token.dropFirst(4).prefix(12)), invite.text, "203.0.113.77", "article-0"] {
        #expect(!log.contains(secret), "\(secret) is in the log")
      }
    }
  }

  @Test func `a request's line has its route, method, status, a class of duration and its id`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let answer = try await service.send(Ask(.config))
      let line = try #require(service.log.lines.last { $0.contains("\"message\":\"request\"") })
      let members = try StorylineJSON.decode([String: JSONValue].self, from: Data(line.utf8))
      #expect(Set(members.keys) == ["time", "level", "message", "route", "method", "status", "duration", "request"])
      #expect(members["route"] == .string("/v1/config"))
      #expect(members["method"] == .string("GET"))
      #expect(members["status"] == .integer(200))
      #expect(members["request"] == .string(try #require(answer.headers["x-request-id"])))
    }
  }

  @Test func `durations are told in classes`() {
    let classes: [(Duration, String)] = [
      (.zero, "<10ms"), (.milliseconds(10), "<100ms"), (.milliseconds(999), "<1s"), (.seconds(9), "<10s"),
      (.seconds(10), ">=10s"),
    ]
    for (duration, name) in classes { #expect(AccessLog.durationClass(duration) == name) }
  }

  @Test func `an event is one line of JSON whatever is in it`() throws {
    let box = NIOLockedValueBox<[Data]>([])
    var logger = Logger(label: "test") { _ in
      JSONLogHandler(level: .info, now: { Timestamp(milliseconds: 0) }) { line in
        box.withLockedValue { $0.append(line) }
      }
    }
    logger[metadataKey: "of"] = "logger"
    logger.debug("not this one")
    logger.info("two\nlines \"quoted\"", metadata: ["list": ["a", "b"], "number": .stringConvertible(7)])
    let lines = box.withLockedValue { $0 }
    #expect(lines.count == 1)
    #expect(
      String(decoding: try #require(lines.first), as: UTF8.self)
        == #"{"level":"info","list":["a","b"],"message":"two\nlines \"quoted\"","number":7,"of":"logger","#
        + #""time":"1970-01-01T00:00:00.000Z"}"# + "\n")
  }
}
