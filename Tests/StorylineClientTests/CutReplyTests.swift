import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// Replies that end too early, at every byte: what follows ends where it would have ended without it (invariant I13).
struct CutReplyTests {
  /// So many cases there are at least.
  private static let least = 20_000

  @Test func `edge case 22: a reply that is cut after any byte, of any kind of request, changes nothing in the end`()
    async throws
  {
    let groups = [
      CutScene.polls, CutScene.pushes, CutScene.pulls, CutScene.returns, CutScene.pages, CutScene.walk,
      CutScene.snapshot, CutScene.refusals,
    ]
    let count = try await withThrowingTaskGroup(of: Int.self) { tasks in
      for group in groups {
        tasks.addTask {
          var count = 0
          for scene in try await group() { count += try await scene.play() }
          return count
        }
      }
      tasks.addTask { try await EnrolmentCuts().play() }
      tasks.addTask { try await StreamCuts().play() }
      return try await tasks.reduce(0, +)
    }
    print("\(count) replies were cut")
    #expect(count >= Self.least)
  }
}
