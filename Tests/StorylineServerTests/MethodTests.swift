import Foundation
import HTTPTypes
import StorylineModels
import Testing

@testable import StorylineServer

/// Methods are words that callers choose (security rule T8).
@Suite struct MethodTests {
  @Test(arguments: [Backend.inProcess, .http2OverTLS])
  func `invented methods are refused before anything counts or logs them`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      for number in 0..<200 {
        let method = try #require(HTTPRequest.Method("M\(number)"))
        let answer = try await service.send(Ask(method, Route.config.path))
        #expect(answer.status == 405)
        #expect(answer.headers["allow"] == "GET, HEAD")
        #expect(try answer.problem().code == .methodNotAllowed)
        #expect(answer.headers["x-request-id"] != nil)
      }
      #expect(!service.log.lines.contains { $0.contains("\"request\"") && $0.contains("M1") })
    }
  }

  @Test(arguments: ["http://localhost/v1/config", "https://stories.example/v1/config", "x/v1/config", "*"])
  func `an address has one spelling, without scheme and host`(path: String) async throws {
    try await TestService.run(on: .inProcess) { service in
      let answer = try await service.send(Ask(.get, path))
      #expect(answer.status == 404)
    }
  }

  @Test func `known methods on known addresses are told which ones are allowed`() async throws {
    try await TestService.run(on: .inProcess) { service in
      for route in Route.allCases {
        // Several routes may share an address.
        let known = Route.at(route.path(id: "x")).routes.flatMap(\.methods)
        for method in MethodAllowList.methods where !known.contains(method) {
          let answer = try await service.send(Ask(method, route.path))
          #expect(answer.headers["allow"] == known.map(\.rawValue).joined(separator: ", "))
          #expect(answer.status == 405)
        }
      }
    }
  }
}
