import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

/// Images on their way from a folder to a database and back.
@Suite("Media") struct MediaTests {
  private static func desk(_ image: Data = SampleImage.png()) throws -> Desk {
    var files = Town.files
    files["town/articles/vote.md"]? += "\n![The hall](media/hall.png \"After the vote\" \"Storyline\")\n"
    files["town/story.yaml"]? += "image:\n  url: media/town.jpg\n  alt: The town\n  credit: Storyline\n"
    let desk = try Desk(files)
    try write(image, to: "town/media/hall.png", in: desk)
    try write(SampleImage.jpeg(), to: "town/media/town.jpg", in: desk)
    return desk
  }

  private static func write(_ data: Data, to name: String, in desk: Desk) throws {
    let url = URL(fileURLWithPath: desk.path + "/" + name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  /// The names of the images that the database has, and of those that a reader could have.
  private static func images(_ desk: Desk) async throws -> (all: [String], published: [String]) {
    let store = try desk.store()
    var published: [String] = []
    let all = try await store.mediaList(after: nil, limit: 100).media
    for image in all where try await store.publishedMedia(image.sha256) != nil { published.append(image.name) }
    try store.close()
    return (all.map(\.name).sorted(), published.sorted())
  }

  @Test func `apply sends what is missing first, and a second time nothing`() async throws {
    let desk = try Self.desk()
    let plan = await desk.run("plan", "@/town", "--brief")
    #expect(plan.code == 2, "\(plan.err)")
    #expect(plan.out.contains("send     media/hall.png (8 × 4, 1 KiB)\nsend     media/town.jpg (16 × 9, 1 KiB)\n"))
    #expect(!desk.exists("storyline.sqlite"))
    let first = await desk.run("apply", "@/town")
    #expect(
      first.out == "published as commit 1: 4 new, 0 changed, 0 removed, 0 unchanged, 2 images sent\n", "\(first.err)")
    let images = try await Self.images(desk)
    #expect(images.all == ["hall.png", "town.jpg"] && images.published == images.all)
    let second = await desk.run("apply", "@/town", "--json")
    #expect(try second.json()["rev"] == nil && second.json()["media"] == .array([]))
    #expect(await desk.run("apply", "@/town").out == "nothing changed: 4 unchanged\n")
    #expect(await desk.run("plan", "@/town").code == 0)
  }

  @Test func `an export has the images under their names, and applying it changes nothing`() async throws {
    let desk = try Self.desk()
    #expect(await desk.run("apply", "@/town").code == 0)
    #expect(await desk.run("fmt", "@/town").code == 0)
    let export = await desk.run("export", "@/copy")
    #expect(export.code == 0 && export.out.contains("and 2 images"), "\(export.err)")
    for name in ["story.yaml", "articles/vote.md", "events/2024.yaml", "actors.yaml"] {
      #expect(try desk.read("copy/" + name) == desk.read("town/" + name), "\(name)")
    }
    for name in ["media/hall.png", "media/town.jpg"] {
      let copy = FileManager.default.contents(atPath: desk.path + "/copy/" + name)
      #expect(copy != nil && copy == FileManager.default.contents(atPath: desk.path + "/town/" + name), "\(name)")
    }
    #expect(await desk.run("fmt", "@/copy", "--check").code == 0)
    #expect(await desk.run("apply", "@/copy", "--prune").out == "nothing changed: 4 unchanged\n")
  }

  @Test func `a file that is renamed is the same image, and an export has its new name`() async throws {
    let desk = try Self.desk()
    #expect(await desk.run("apply", "@/town").code == 0)
    try FileManager.default.moveItem(
      atPath: desk.path + "/town/media/hall.png", toPath: desk.path + "/town/media/chamber.png")
    let text = try desk.read("town/articles/vote.md")
    try desk.write(text.replacing("hall.png", with: "chamber.png"), to: "town/articles/vote.md")
    #expect(await desk.run("plan", "@/town").code == 2)
    #expect(await desk.run("apply", "@/town").out == "nothing changed: 4 unchanged, 1 image sent\n")
    #expect(await desk.run("export", "@/copy").code == 0)
    #expect(desk.exists("copy/media/chamber.png") && !desk.exists("copy/media/hall.png"))
    #expect(await desk.run("apply", "@/town").out == "nothing changed: 4 unchanged\n")
  }

  @Test func `an image that changes is a change of its article, which readers are told of`() async throws {
    let desk = try Self.desk()
    #expect(await desk.run("apply", "@/town").code == 0)
    try Self.write(SampleImage.png(shade: 9), to: "town/media/hall.png", in: desk)
    let refused = await desk.run("apply", "@/town")
    #expect(refused.code == 1 && refused.err.contains("readers must be told what changed in “The vote”"))
    #expect(try await Self.images(desk).all == ["hall.png", "town.jpg"])
    #expect(await desk.run("apply", "@/town", "--note", "A better picture.").code == 0)
    let images = try await Self.images(desk)
    #expect(images.all == ["hall.png", "hall.png", "town.jpg"] && images.published == ["hall.png", "town.jpg"])
    #expect(await desk.run("revert", "2", "--note", "The old one was better.").code == 0)
    #expect(try await Self.images(desk).published == ["hall.png", "town.jpg"])
  }

  @Test func `what waits for its time waits with its image, and is exported with it`() async throws {
    let desk = try Self.desk()
    #expect(await desk.run("apply", "@/town").code == 0)
    let text = try desk.read("town/articles/vote.md")
    try desk.write(
      text.replacing("headline:", with: "publishAt: \"2024-12-05T00:00:00Z\"\nheadline:"), to: "town/articles/vote.md")
    try Self.write(SampleImage.png(shade: 9), to: "town/media/hall.png", in: desk)
    let waiting = await desk.run("apply", "@/town", "--note", "A better picture.")
    #expect(waiting.code == 0 && waiting.out.contains("1 image sent"), "\(waiting.err)")
    let images = try await Self.images(desk)
    #expect(images.all == ["hall.png", "hall.png", "town.jpg"] && images.published == ["hall.png", "town.jpg"])
    #expect(await desk.run("export", "@/copy").code == 0)
    let copy = FileManager.default.contents(atPath: desk.path + "/copy/media/hall.png")
    #expect(copy == SampleImage.png(shade: 9), "what waits takes the place of what is published")
  }

  @Test func `two images of one name are both exported`() async throws {
    let desk = try Self.desk()
    #expect(await desk.run("apply", "@/town").code == 0)
    for name in ["articles/vote.md", "events/2024.yaml"] {
      try FileManager.default.removeItem(atPath: desk.path + "/town/" + name)
    }
    try desk.write(
      "---\nheadline: Again\npublishedAt: \"2024-03-02T08:00:00Z\"\n---\n\nWords.\n\n![The hall](media/hall.png)\n",
      to: "town/articles/again.md")
    try Self.write(SampleImage.png(shade: 9), to: "town/media/hall.png", in: desk)
    #expect(await desk.run("apply", "@/town").code == 0)
    #expect(await desk.run("export", "@/copy").code == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: desk.path + "/copy/media").sorted()
    #expect(files.count == 3 && files[0].hasPrefix("hall-") && files[0].hasSuffix(".png"))
    #expect(files.dropFirst() == ["hall.png", "town.jpg"])
    let again = await desk.run("apply", "@/copy")
    #expect(again.code == 0 && again.out == "nothing changed: 5 unchanged, 1 image sent\n", "\(again.out)")
    #expect(await desk.run("apply", "@/copy").out == "nothing changed: 5 unchanged\n")
  }

  @Test func `a withdrawal by law names what shows the same image`() async throws {
    let desk = try Self.desk()
    try desk.write(
      "---\nheadline: Again\npublishedAt: \"2024-03-02T08:00:00Z\"\n---\n\nWords.\n\n![The hall](media/hall.png)\n",
      to: "town/articles/again.md")
    #expect(await desk.run("apply", "@/town").code == 0)
    let first = await desk.run("withdraw", "vote", "--kind", "article", "--reason", "legal")
    #expect(first.err.contains("warning: article again shows an image of it too"))
    #expect(try await Self.images(desk).all == ["hall.png", "town.jpg"])
    let second = await desk.run("withdraw", "again", "--reason", "legal")
    #expect(second.code == 0 && !second.err.contains("warning"))
    #expect(try await Self.images(desk).all == ["town.jpg"])
  }

  @Test func `hostile files change nothing in the database`() async throws {
    let desk = try Self.desk()
    #expect(await desk.run("apply", "@/town").code == 0)
    let (published, images) = (try await desk.published(), try await Self.images(desk).all)
    let secret = desk.path + "/secret.png"
    try SampleImage.png(shade: 3).write(to: URL(fileURLWithPath: secret))
    let hall = desk.path + "/town/media/hall.png"
    let spoil: [(String, () throws -> Void)] = [
      ("svg", { try Self.write(Data("<svg/>".utf8), to: "town/media/hall.png", in: desk) }),
      ("empty", { try Self.write(Data(), to: "town/media/hall.png", in: desk) }),
      ("cut", { try Self.write(SampleImage.png().prefix(12), to: "town/media/hall.png", in: desk) }),
      ("link", { try FileManager.default.createSymbolicLink(atPath: hall, withDestinationPath: secret) }),
      ("pipe", { #expect(mkfifo(hall, 0o600) == 0) }),
      ("folder", { try FileManager.default.createDirectory(atPath: hall, withIntermediateDirectories: true) }),
      ("gone", {}),
    ]
    for (what, change) in spoil {
      try FileManager.default.removeItem(atPath: hall)
      try change()
      let run = await desk.run("apply", "@/town", "--note", "x")
      #expect(run.code == 1 && run.err.contains("nothing was changed"), "\(what): \(run.err)")
      if what != "gone" { #expect(run.err.contains("town/media/hall.png:1:"), "\(what): \(run.err)") }
      #expect(try await desk.published() == published, "\(what)")
      #expect(try await Self.images(desk).all == images, "\(what)")
      if what == "gone" { try Self.write(SampleImage.png(), to: "town/media/hall.png", in: desk) }
    }
    #expect(await desk.run("apply", "@/town").out == "nothing changed: 4 unchanged\n")
  }

  @Test func `an image that had to go is removed by its name or digest, once nothing shows it`() async throws {
    let desk = try Self.desk()
    #expect(await desk.run("apply", "@/town").code == 0)
    let list = await desk.run("media")
    #expect(list.code == 0 && list.out.contains("hall.png") && list.err == "2 images\n", "\(list.out)")
    let shown = await desk.run("media", "remove", "hall.png")
    #expect(shown.code == 1 && shown.err.contains("shows it; publish that without the image first"), "\(shown.err)")
    #expect(shown.err.hasSuffix("nothing was removed\n"))
    #expect(await desk.run("media", "remove", "nothing.png").err.contains("there is no image “nothing.png”"))
    let all = try await Self.images(desk).all
    let articles = try await desk.published().filter { $0.hasPrefix("article") }.compactMap {
      $0.split(separator: " ").dropFirst().first.map(String.init)
    }
    for id in articles {
      #expect(await desk.run("withdraw", id, "--kind", "article", "--reason", "retracted").code == 0)
    }
    let removed = await desk.run("media", "remove", "hall.png")
    #expect(removed.code == 0 && removed.out.contains("Backups from before still have it"), "\(removed.err)")
    #expect(try await Self.images(desk).all.count == all.count - 1)
    #expect(await desk.run("media", "remove", "hall.png").code == 1)
    #expect(await desk.run("verify").code == 0)
  }

  @Test func `images are counted, and verified with the rest`() async throws {
    let desk = try Self.desk()
    #expect(await desk.run("apply", "@/town").code == 0)
    let bytes = SampleImage.png().count + SampleImage.jpeg().count
    #expect(await desk.run("stats").out.contains("2, \(bytes) bytes; 0 of them wait for a record"))
    #expect(await desk.run("verify").code == 0)
  }
}
