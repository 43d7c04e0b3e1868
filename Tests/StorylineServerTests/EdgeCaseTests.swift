import StorylineModels
import Testing

@testable import StorylineServer

/// Edge cases of the protocol's list that show in HTTP only; others carry their number in the suites beside it.
@Suite struct EdgeCaseTests {
  @Test(arguments: Backend.allCases)
  func `edge case 20: a request that lost its query on the way is refused, and no cache keeps the refusal`(
    backend: Backend
  ) async throws {
    try await TestService.run(on: backend, configure: { $0.contentAccess = .public }) { service in
      let answer = try await service.send(Ask(.contentChanges))
      #expect(answer.status == 400)
      #expect(try answer.problem().code == .cursorInvalid)
      #expect(answer.headers["cache-control"] == "no-store")
      #expect(try await service.send(Ask(.contentChanges, query: "after=start")).status == 200)
    }
  }
}
