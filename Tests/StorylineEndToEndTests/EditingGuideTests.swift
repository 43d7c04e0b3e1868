import Foundation
import StorylineTestSupport
import Testing

/// `docs/editing.md` from its first command to its last, in a shell, as a reader of it would type them.
@Suite(.serialized) struct EditingGuideTests {
  /// The commands of the guide: the lines behind `$ ` in its blocks of `console`, with the lines that they print.
  private struct Step {
    let command: String
    var output: [String]
  }

  private static func steps() throws -> [Step] {
    let text = try String(
      contentsOf: Program.repository.appendingPathComponent("docs/editing.md"), encoding: .utf8)
    var steps: [Step] = []
    var isInside = false
    for line in text.components(separatedBy: "\n") {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if isInside {
        if line.hasPrefix("$ ") {
          steps.append(Step(command: String(line.dropFirst(2)), output: []))
        } else if line == ">" || line.hasPrefix("> ") {
          let step = steps.removeLast()
          steps.append(Step(command: step.command + "\n" + line.dropFirst(2), output: []))
        } else if !steps.isEmpty {
          steps[steps.count - 1].output.append(line)
        }
      }
    }
    return steps
  }

  /// `…` in the guide stands for anything.
  private func matches(_ line: String, _ output: String) -> Bool {
    var rest = output[...]
    for piece in line.components(separatedBy: "…") where !piece.isEmpty {
      guard let found = rest.range(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }

  @Test func `every command of the guide does what the guide says`() async throws {
    let scratch = try Scratch()
    let steps = try Self.steps()
    try #require(steps.count >= 15)
    let path = Program.folder.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
    var server: Program?
    for step in steps {
      let isServer = step.command.hasPrefix("storylined ")
      let command = step.command.replacing("8443", with: "0")
      if isServer {
        let program = try Program(
          URL(fileURLWithPath: "/bin/bash"), ["-c", "cd \(scratch.path) && exec \(command)"],
          environment: ["PATH": path, "USER": "olena"], logsIn: scratch.url)
        try #require(await program.line(after: "is listening on") != nil, "\(program.errorText)")
        server = program
        continue
      }
      let result = try Program.run(
        URL(fileURLWithPath: "/bin/bash"), ["-c", "cd \(scratch.path) && \(command)"],
        environment: ["PATH": path, "USER": "olena", "NO_COLOR": "1"], logsIn: scratch.url)
      let printed = result.output + result.errors
      for line in step.output where !line.trimmingCharacters(in: .whitespaces).isEmpty {
        #expect(matches(line, printed), "\(step.command)\nshould print: \(line)\nand printed: \(printed)")
      }
      // A command that is shown to fail says so in its own words.
      let mayFail = step.output.contains { $0.contains("error:") } || step.command.hasPrefix("storyline-admin plan")
      #expect(result.status == 0 || mayFail, "\(step.command)\n\(printed)")
    }
    #expect(server?.terminate() == 0)
  }
}
