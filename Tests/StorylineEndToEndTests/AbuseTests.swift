import Foundation
import StorylineTestSupport
import Testing

/// The short form of `make abuse`: every attack once, against the server as a process of its own.
@Suite(.serialized, .timeLimit(.minutes(5))) struct AbuseTests {
  @Test func `attacks end, honest readers are answered meanwhile, and SIGTERM ends it all`() throws {
    let scratch = try Scratch()
    let script = Program.repository.appendingPathComponent("Tests/Abuse/abuse.py").path
    let result = try Program.run(
      URL(fileURLWithPath: "/usr/bin/python3"), [script, Program.folder.path, "--short"], logsIn: scratch.url)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("; 0 faults"))
    // A list that grew empty would be the best defence of all.
    #expect(result.output.matches(of: /(?m)^ok +\S/).count >= 35)
  }
}
