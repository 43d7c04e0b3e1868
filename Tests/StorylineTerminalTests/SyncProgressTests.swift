import Foundation
import StorylineClient
import StorylineModels
import StorylineTestSupport
import Synchronization
import Testing

@testable import StorylineTerminal

@Suite struct SyncProgressTests {
  @Test func `a long sync shows what has arrived, and its line is gone at the end`() async throws {
    let reader = try await Reader.withStory()
    let written = Mutex("")
    let sink = TextSink(isTerminal: true) { text in written.withLock { $0 += text } }
    let replica = try Replica.open(at: reader.home + "/replica.sqlite", now: reader.clock.now)
    let progress = SyncProgress(sink: sink, clock: reader.clock, replica: replica)
    var expected = SyncReport()
    expected.pushed = 7
    let report = try await progress.show { [expected] in
      while !written.withLock({ $0.contains("Syncing… ") }) { try await Task.sleep(for: .milliseconds(2)) }
      return expected
    }
    #expect(report == expected)
    #expect(written.withLock { $0 }.hasSuffix("\r\u{1B}[K"))
  }

  @Test func `without a terminal nothing is said on the way`() async throws {
    let reader = try await Reader.withStory()
    let outcome = await reader.run(["sync"])
    #expect(outcome == Reader.Outcome(code: 0, output: "Up to date: nothing new\n", errors: ""))
  }
}
