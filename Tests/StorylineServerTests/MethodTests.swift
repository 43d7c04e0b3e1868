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

  @Test func `known methods on known addresses are told which ones are allowed`() async throws {
    try await TestService.run(on: .inProcess) { service in
      for route in Route.allCases {
        // An address may have several routes, one for each method.
        let known = Route.allCases.filter { $0.path == route.path }.flatMap(\.methods)
        for method in MethodAllowList.methods where !known.contains(method) {
          let answer = try await service.send(Ask(method, route.path))
          #expect(answer.headers["allow"] == known.map(\.rawValue).joined(separator: ", "))
          #expect(answer.status == 405)
        }
      }
    }
  }
}
