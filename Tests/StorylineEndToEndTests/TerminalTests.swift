import Foundation
import StorylineTestSupport
import Testing

/// The real program on a pseudo-terminal, driven key by key against the real server (`Tests/Terminal/drive.py`).
@Suite(.serialized) struct TerminalTests {
  static let scenarios = [
    "tour once", "reading and marking", "undo", "search", "resize while reading", "stop and go on", "kill -TERM",
    "kill -HUP", "crash SEGV", "crash ABRT", "crash ILL", "without colour", "mouse", "plain where no terminal is",
    "wrong permissions", "damaged copy", "newer copy", "broken config", "too small", "plain locale",
    "wheel in tmux", "linear", "demo", "asked about images", "marks of another program", "another account",
    "corrected while open", "network pulled",
  ]

  @Test func `a reader reads, marks, searches, resizes and stops, and the terminal stays usable whatever happens`()
    throws
  {
    let scratch = try Scratch()
    let result = try Program.run(
      URL(fileURLWithPath: try Self.python()),
      [
        Program.repository.appendingPathComponent("Tests/Terminal/drive.py").path, Program.folder.path,
        Program.repository.path,
      ], logsIn: scratch.url)
    let passed = result.output.split(separator: "\n").filter { $0.hasPrefix("ok ") }.map { String($0.dropFirst(3)) }
    #expect(passed == Self.scenarios, "\(result.output)\n\(result.errors)")
    #expect(result.status == 0)
  }

  /// The interpreter that has pexpect and pyte: named, or the repository's own.
  private static func python() throws -> String {
    if let named = ProcessInfo.processInfo.environment["STORYLINE_PYTHON"] { return named }
    let own = Program.repository.appendingPathComponent(".venv/bin/python").path
    try #require(FileManager.default.isExecutableFile(atPath: own), "Python modules are missing: run make deps-test")
    return own
  }
}
