import Foundation
import StorylineTestSupport
import Testing

/// What a reader was told is saved stays saved, however often her reader's program is killed.
@Suite(.serialized) struct ClientKillTests {
  private struct Listed: Decodable {
    struct Article: Decodable { var id: String }
    var articles: [Article]
  }

  @Test func `every mark that was confirmed survives kill -9 of the client, here and on the server`() async throws {
    let seed = UInt64(20_261_124)
    var random = SeededGenerator(seed: seed)
    let scratch = try Scratch()
    try LiveService.admin(["apply", Program.repository.appendingPathComponent("seeds/ukraine-nato").path], in: scratch)
    let invite = try LiveService.invite(devices: 2, in: scratch)
    let service = try await LiveService.start(in: scratch)
    for home in ["first", "second"] {
      let login = try service.storyline(
        ["login", service.address, "--ca", service.authority], home: home, input: invite + "\n")
      try #require(login.status == 0, "\(login.errors)")
      try #require(service.storyline(["sync"], home: home).status == 0)
    }
    let articles = try list(["articles"], service, home: "first")
    var confirmed = Confirmations(path: scratch.file("confirmed.txt"))
    for _ in 0..<KillRounds.count {
      let article = try #require(articles.randomElement(using: &random))
      let isSaving = Bool.random(using: &random)
      let arguments = Bool.random(using: &random) ? ["sync"] : [isSaving ? "save" : "unsave", article]
      let program = try Program(
        LiveService.tool("storyline"), arguments + ["--home", scratch.file("first")], environment: ["NO_COLOR": "1"],
        logsIn: scratch.url)
      let isMark = arguments.count == 2
      if isMark { confirmed.forget(article) }
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...90, using: &random)))
      // Whoever was quicker than the kill has told its reader that the mark holds.
      program.kill()
      if isMark, program.wait() == 0 { try confirmed.note(article, isSaved: isSaving) }
    }
    #expect(try service.storyline(["sync"], home: "first").status == 0, "seed \(seed)")
    #expect(try service.storyline(["sync"], home: "second").status == 0, "seed \(seed)")
    for home in ["first", "second"] {
      let saved = try list(["articles", "--saved"], service, home: home)
      #expect(Set(saved).count == saved.count, "seed \(seed)")
      for (article, isSaved) in try confirmed.read() {
        #expect(saved.contains(article) == isSaved, "seed \(seed), \(home): \(article)")
      }
      let replica = scratch.file(home) + "/replica.sqlite"
      #expect(try KillRounds.integrity(of: replica, in: scratch) == "ok", "seed \(seed), \(home)")
    }
    #expect(service.program.terminate() == 0)
  }

  private func list(_ arguments: [String], _ service: LiveService, home: String) throws -> [String] {
    let result = try service.storyline(arguments + ["--json"], home: home)
    try #require(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode(Listed.self, from: Data(result.output.utf8)).articles.map(\.id)
  }
}

/// What the program confirmed, in a file that it does not know of.
private struct Confirmations {
  let path: String
  private var doubtful: Set<String> = []

  init(path: String) { self.path = path }

  /// A mark of this article is under way: until it is confirmed it may or may not hold.
  mutating func forget(_ article: String) { doubtful.insert(article) }

  mutating func note(_ article: String, isSaved: Bool) throws {
    doubtful.remove(article)
    let line = "\(article) \(isSaved)\n"
    guard let file = FileHandle(forWritingAtPath: path) else {
      return try Data(line.utf8).write(to: URL(fileURLWithPath: path))
    }
    try file.seekToEnd()
    try file.write(contentsOf: Data(line.utf8))
    try file.close()
  }

  /// The last confirmed state of each article whose later marks were all confirmed too.
  func read() throws -> [String: Bool] {
    let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    var states: [String: Bool] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      states[String(words[0])] = words[1] == "true"
    }
    return states.filter { !doubtful.contains($0.key) }
  }
}
