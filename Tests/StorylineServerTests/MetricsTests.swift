import Foundation
import HTTPTypes
import Metrics
import StorylineModels
import StorylineStore
import Testing

@testable import StorylineServer

/// What the operator can count, and that it tells nothing about readers.
@Suite(.timeLimit(.minutes(1))) struct MetricsTests {
  @Test func `requests are counted by template, status and class of duration`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let token = try await service.token()
      for _ in 0..<3 { _ = try await service.send(Ask(.contentHead, token: token)) }
      _ = try await service.send(Ask(.get, "/v1/media/canary", token: token))
      _ = try await service.send(Ask(.contentHead, query: "canary=1", token: "canary"))
      _ = try await service.send(Ask(.get, "/canary"))
      let lines = try await Self.lines(of: service)
      func count(_ route: String, _ status: Int) -> Int {
        lines.filter { $0.contains("{route=\"\(route)\",status=\"\(status)\",") }
          .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
      }
      #expect(count("/v1/content/head", 200) == 3)
      #expect(count("/v1/content/head", 401) == 1)
      #expect(count("/v1/media/{id}", 404) == 1)
      #expect(count("unmatched", 404) == 1)
      #expect(lines.contains("storyline_requests_in_flight 1"), "this very request")
      #expect(lines.contains("storyline_live_connections 0"))
      for secret in ["canary", token] { #expect(!lines.contains { $0.contains(secret) }) }
    }
  }

  @Test func `what goes wrong is there from zero on`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let name = #"storyline_strange_cursors_total{stream="content"}"#
      let before = try await Self.lines(of: service)
      #expect(before.contains("\(name) 0"))
      StoreAlarms(logger: service.log.logger, metrics: service.metrics).report(.strangeCursor(.content))
      let after = try await Self.lines(of: service)
      #expect(after.contains("\(name) 1"))
    }
  }

  @Test func `the text is that of Prometheus`() {
    let registry = MetricsRegistry()
    Counter(label: "b_total", dimensions: [("name", "a\"b\\c\nd")], factory: registry).increment(by: 2)
    Counter(label: "b_total", dimensions: [("name", "a")], factory: registry).increment()
    Gauge(label: "a_level", factory: registry).record(1.5)
    #expect(
      registry.text == """
        # TYPE a_level gauge
        a_level 1.5
        # TYPE b_total counter
        b_total{name="a"} 1
        b_total{name="a\\"b\\\\c\\nd"} 2

        """)
  }

  private static func lines(of service: TestService) async throws -> [String] {
    let admin = try await service.editor(Scope.everything)
    let answer = try await service.send(try admin.prove(Ask(.adminMetrics)))
    #expect(answer.status == 200)
    #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
    return String(decoding: answer.body, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
