import Foundation
import StorylineClient
import StorylineModels
import StorylineTestSupport
import Synchronization

@testable import StorylineTerminal

/// A reader at a terminal: runs commands in this process and keeps what they print.
final class Reader: Sendable {
  struct Outcome: Hashable {
    var code: Int32
    var output: String
    var errors: String
  }

  let server: StoryServer
  /// Good for this reader's account.
  let invite: String
  let home: String
  let clock: ManualClock

  init() async throws {
    server = try await StoryServer()
    invite = try await server.invite()
    clock = ManualClock(FixtureStory.moment("2024-07-12T10:00:00Z"))
    home = NSTemporaryDirectory() + "storyline-terminal-\(UUID().uuidString)"
  }

  deinit { try? FileManager.default.removeItem(atPath: home) }

  /// A reader who is signed in and has fetched the story.
  static func withStory() async throws -> Reader {
    let reader = try await Reader()
    for arguments in [["login", "https://stories.example", "--invite", reader.invite], ["sync"]] {
      let outcome = await reader.run(arguments)
      guard outcome.code == 0 else { throw Unexpected(outcome: outcome) }
    }
    return reader
  }

  struct Unexpected: Error { var outcome: Outcome }

  func run(
    _ arguments: [String], columns: Int? = nil, isTerminal: Bool = false, variables: [String: String] = [:],
    input: String? = nil, lines: [String]? = nil
  ) async -> Outcome {
    let typed = Mutex(lines ?? [])
    let output = Captured()
    let errors = Captured()
    let server = server
    let environment = TerminalEnvironment(
      output: output.sink(columns: columns, isTerminal: isTerminal),
      errors: errors.sink(columns: nil, isTerminal: false),
      readLine: { lines == nil ? input : typed.withLock { $0.isEmpty ? nil : $0.removeFirst() } },
      variables: ["STORYLINE_HOME": home].merging(variables) { $1 }, homeDirectory: "/nonexistent",
      clock: clock, zone: TimeZone(identifier: "Europe/Kyiv") ?? .gmt,
      transports: TransportFactory { _, _ in OpenTransport(server) {} })
    let code = await StorylineTool.run(arguments, in: environment)
    return Outcome(code: code, output: output.text, errors: errors.text.replacing(home, with: "HOME"))
  }
}

/// What was written to a stream.
private final class Captured: Sendable {
  private let written = Mutex("")
  var text: String { written.withLock { $0 } }

  func sink(columns: Int?, isTerminal: Bool) -> TextSink {
    TextSink(isTerminal: isTerminal, columns: columns) { text in self.written.withLock { $0 += text } }
  }
}
