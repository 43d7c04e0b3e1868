import Crypto
import Foundation
import StorylineClient
import StorylineClientNIO
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

/// Images from an editor's folder to a reader's device, with the real programs.
@Suite(.serialized) struct MediaJobTests {
  private static func id(_ image: Data) throws -> MediaID {
    try #require(MediaID(digest: Array(SHA256.hash(data: image))))
  }

  /// A story whose articles show one image each.
  private func town(_ images: [Data], in scratch: Scratch) throws -> String {
    try scratch.write("id: town\ntitle: The town\n", to: "town/story.yaml")
    for (number, image) in images.enumerated() {
      try write(image, number, in: scratch)
      try scratch.write(
        """
        ---
        headline: Picture \(number)
        publishedAt: "2024-03-01T08:00:00Z"
        ---

        The mayor lost the vote by two.

        ![The hall](media/hall-\(number).png "After the vote" "Storyline")
        """, to: "town/articles/a-\(number).md")
    }
    return scratch.file("town")
  }

  private func write(_ image: Data, _ number: Int, in scratch: Scratch) throws {
    let url = URL(fileURLWithPath: scratch.file("town/media/hall-\(number).png"))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try image.write(to: url)
  }

  private func run(
    _ arguments: [String], in scratch: Scratch
  ) throws -> (status: Int32, output: String, errors: String) {
    try Program.run(LiveService.tool("storyline-admin"), arguments, logsIn: scratch.url)
  }

  private func login(_ service: LiveService, role: String? = nil, home: String, in scratch: Scratch) throws {
    let invite = try LiveService.admin(["invite"] + (role.map { ["--role", $0] } ?? []), in: scratch)
    let login = try service.storyline(
      ["login", service.address, "--ca", service.authority], home: home,
      input: String(invite.prefix { $0 != "\n" }) + "\n")
    guard login.status == 0 else { throw ServiceFailure(what: login.errors) }
  }

  @Test func `an image goes from the folder through the service to a device, and is there when the service is not`()
    async throws
  {
    let scratch = try Scratch()
    let images = [SampleImage.png(shade: 1, padding: 700_000), SampleImage.png(shade: 2)]
    let folder = try town(images, in: scratch)
    let service = try await LiveService.start(in: scratch)
    // Through the socket.
    #expect(
      try LiveService.admin(["apply", folder], in: scratch).contains(
        "3 new, 0 changed, 0 removed, 0 unchanged, 2 images sent"))
    #expect(try LiveService.admin(["apply", folder], in: scratch) == "nothing changed: 3 unchanged\n")
    try login(service, home: "phone", in: scratch)
    let sync = try service.storyline(["sync", "--images", "--json"], home: "phone")
    #expect(sync.status == 0, "\(sync.errors)")
    #expect(sync.output.contains("\"fetched\" : 2"), "\(sync.output)")
    for image in images {
      let kept = scratch.file("phone/replica.sqlite.images/\(try Self.id(image))")
      #expect(FileManager.default.contents(atPath: kept) == image)
    }
    let again = try service.storyline(["sync", "--images"], home: "phone")
    #expect(again.output.contains("nothing new"), "\(again.output)")
    // What is taken down leaves the service at once, and the device with its next sync.
    let withdrawn = try run(
      ["withdraw", "a-0", "--reason", "legal", "--database", scratch.file("storyline.sqlite")], in: scratch)
    #expect(withdrawn.status == 0, "\(withdrawn.errors)")
    #expect(try service.storyline(["sync"], home: "phone").status == 0)
    let kept = try FileManager.default.contentsOfDirectory(atPath: scratch.file("phone/replica.sqlite.images"))
    #expect(kept == [try Self.id(images[1]).description])
    #expect(service.program.terminate() == 0)
    #expect(try service.storyline(["wipe", "--yes"], home: "phone").status == 0)
    #expect(!FileManager.default.fileExists(atPath: scratch.file("phone")))
    #expect(!service.program.errorText.contains("\(try Self.id(images[1]))"))
    #expect(!service.program.outputText.contains("\(try Self.id(images[1]))"))
  }

  @Test func `an editor somewhere else sends and fetches images over the network`() async throws {
    let scratch = try Scratch()
    let folder = try town([SampleImage.png(shade: 1, padding: 2_000_000), SampleImage.png(shade: 2)], in: scratch)
    let service = try await LiveService.start(in: scratch)
    try login(service, role: "editor", home: "desk", in: scratch)
    let server = ["--server", service.address, "--credentials", scratch.file("desk/credentials.json")]
    let plan = try run(["plan", folder, "--brief"] + server, in: scratch)
    #expect(plan.status == 2 && plan.output.contains("send     media/hall-0.png (8 × 4, 1954 KiB)"), "\(plan.output)")
    let applied = try run(["apply", folder] + server, in: scratch)
    #expect(applied.status == 0 && applied.output.contains("2 images sent"), "\(applied.errors)")
    #expect(try run(["apply", folder] + server, in: scratch).output == "nothing changed: 3 unchanged\n")
    let export = try run(["export", scratch.file("copy")] + server, in: scratch)
    #expect(export.status == 0, "\(export.errors)")
    for name in ["hall-0.png", "hall-1.png"] {
      let copy = FileManager.default.contents(atPath: scratch.file("copy/media/\(name)"))
      #expect(copy != nil && copy == FileManager.default.contents(atPath: scratch.file("town/media/\(name)")))
    }
    #expect(try run(["apply", scratch.file("copy")] + server, in: scratch).output == "nothing changed: 3 unchanged\n")
    // One has to go.
    let shown = try run(["media", "remove", "hall-0.png"] + server, in: scratch)
    let words = "article a-0 shows it; publish that without the image first, or withdraw it; nothing was removed"
    #expect(shown.status == 1 && shown.errors.contains(words), "\(shown.errors)")
    #expect(try run(["withdraw", "a-0", "--reason", "retracted"] + server, in: scratch).status == 0)
    let removed = try run(["media", "remove", "hall-0.png"] + server, in: scratch)
    #expect(removed.status == 0, "\(removed.errors)")
    let left = try run(["media"] + server, in: scratch)
    #expect(left.output.contains("hall-1.png") && !left.output.contains("hall-0.png"), "\(left.output)")
    #expect(service.program.terminate() == 0)
  }

  @Test func `watch notices another image as it notices other words`() async throws {
    let scratch = try Scratch()
    let folder = try town([SampleImage.png(shade: 1)], in: scratch)
    let service = try await LiveService.start(in: scratch)
    let watch = try Program(
      LiveService.tool("storyline-admin"),
      ["watch", folder, "--apply", "--note", "Updated.", "--database", scratch.file("storyline.sqlite")],
      logsIn: scratch.url)
    #expect(
      try await watch.line(after: "published as commit 1: 2 new, 0 changed, 0 removed, 0 unchanged, 1 image") != nil)
    try write(SampleImage.png(shade: 9), 0, in: scratch)
    #expect(try await watch.line(after: "published as commit 2") != nil, "\(watch.errorText)")
    watch.kill()
    #expect(service.program.terminate() == 0)
  }

  @Test func `killed between its images an apply has published nothing, and the same command finishes`() async throws {
    let scratch = try Scratch()
    let images = (0..<24).map { SampleImage.png(shade: UInt8($0), padding: 400_000) }
    let folder = try town(images, in: scratch)
    let database = ["--database", scratch.file("storyline.sqlite")]
    var service = try await LiveService.start(in: scratch)
    for (round, target) in [1, 5, 9, 14, 20].enumerated() {
      let apply = try Program(LiveService.tool("storyline-admin"), ["apply", folder] + database, logsIn: scratch.url)
      while apply.isRunning, try stored(in: scratch) < target { try await Task.sleep(for: .milliseconds(5)) }
      if round % 2 == 1 { service.program.kill() }
      apply.kill()
      if round % 2 == 1 { service = try await LiveService.start(in: scratch) }
      #expect(try stored(in: scratch) >= target)
      let history = try run(["history", "--json"] + database, in: scratch)
      // It may have been quicker than we were; then all of it is there.
      let isDone = history.output.contains("\"rev\"")
      if isDone { #expect(try stored(in: scratch) == images.count) }
      #expect(try run(["verify"] + database, in: scratch).status == 0)
    }
    #expect(try run(["apply", folder] + database, in: scratch).status == 0)
    #expect(try run(["apply", folder] + database, in: scratch).output == "nothing changed: 25 unchanged\n")
    #expect(try stored(in: scratch) == images.count)
    #expect(service.program.terminate() == 0)
    #expect(try run(["verify"] + database, in: scratch).status == 0)
    #expect(try KillRounds.integrity(of: scratch.file("storyline.sqlite"), in: scratch) == "ok")
  }

  /// How many images the database has.
  private func stored(in scratch: Scratch) throws -> Int {
    struct Counted: Decodable { var media: Int }
    let stats = try run(["stats", "--json", "--database", scratch.file("storyline.sqlite")], in: scratch)
    guard stats.status == 0 else { throw ServiceFailure(what: stats.errors) }
    return try JSONDecoder().decode(Counted.self, from: Data(stats.output.utf8)).media
  }
}
