import Foundation
import StorylineClient
import StorylineModels
import StorylineScreen
import StorylineTestSupport
import Testing

@testable import StorylineTerminal

@Suite struct PictureTests {
  /// A PNG of 2 × 1 dots, as far as its size is read.
  private let png =
    Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
    + Data([0, 0, 0x03, 0xE8, 0, 0, 0x01, 0xF4]) + Data(repeating: 7, count: 5000)

  @Test func `chafa is taken where it is, kitty's protocol where the terminal has it, and else words`() {
    let none: (String) -> Bool = { _ in false }
    let chafa: (String) -> Bool = { $0 == "/usr/bin/chafa" }
    let path = ["PATH": "/bin:/usr/bin"]
    #expect(PictureWay(variables: path, isProgram: none) == .none)
    #expect(PictureWay(variables: path, isProgram: chafa) == .chafa(path: "/usr/bin/chafa", kitty: false))
    let kitty = path.merging(["KITTY_WINDOW_ID": "1"]) { $1 }
    #expect(PictureWay(variables: kitty, isProgram: none) == .kitty)
    #expect(PictureWay(variables: kitty, isProgram: chafa) == .chafa(path: "/usr/bin/chafa", kitty: true))
    #expect(PictureWay(variables: kitty.merging(["TMUX": "/tmp/x"]) { $1 }, isProgram: none) == .none)
    #expect(PictureWay(variables: ["PATH": "."], isProgram: { _ in true }) == .none)
  }

  @Test func `a PNG goes out in chunks that end well, fitted to the screen`() throws {
    let drawn = try #require(PicturePainter.kitty(png, columns: 80, rows: 22))
    let chunks = drawn.components(separatedBy: "\u{1B}\\").dropLast()
    #expect(chunks.count == 2)
    #expect(chunks.first?.hasPrefix("\u{1B}_Ga=T,f=100,q=2,c=80,r=20,m=1;") == true)
    #expect(chunks.last?.hasPrefix("\u{1B}_Gm=0;") == true)
    let data = chunks.map { String($0.drop { $0 != ";" }.dropFirst()) }.joined()
    #expect(Data(base64Encoded: data) == png)
    #expect(PicturePainter.kitty(Data("GIF89a".utf8), columns: 80, rows: 22) == nil)
    #expect(PicturePainter.kitty(png.prefix(20), columns: 80, rows: 22) == nil)
  }

  @Test func `an image is asked for before it is fetched, and only from https`() async throws {
    let app = try await AppDriver()
    app.press("3", "j", "enter", "i")
    #expect(app.foot.contains("This article has no image."))
    let reader = app.reader
    try await reader.server.publish([.article(article(["https://example.org/a.png", "http://example.org/b.png"]))])
    #expect(await reader.run(["sync"]).code == 0)
    app.send(.replicaChanged)
    app.settle()
    app.press("esc", "g g", "enter")
    #expect(app.screen.contains("[Image: A pier (Photo: O. Vovk)]"))
    #expect(!app.wanted.contains { if case .fetchPicture = $0 { true } else { false } })
    app.press("i")
    let picture = Picture(address: "https://example.org/a.png", words: "A pier · Photo: O. Vovk")
    #expect(app.wanted.last == .fetchPicture(picture))
    app.send(.picture("drawn", picture))
    #expect(app.wanted.last == .showPicture("drawn", picture))
    app.press("esc")
    app.send(.picture("late", picture))
    #expect(app.wanted.last != .showPicture("late", picture))
    #expect(!reader.server.requests.contains { $0.contains("a.png") })
  }

  @Test func `an image of the story's own service is fetched in the reader's name, and kept for when there is none`()
    async throws
  {
    let app = try await AppDriver()
    let server = app.reader.server
    let image = SampleImage.png(width: 30, height: 20)
    let id = try await server.keep(image)
    try await server.publish([.article(article([id.address, "https://example.org/a.png"]))])
    #expect(await app.reader.run(["sync"]).code == 0)
    app.send(.replicaChanged)
    app.settle()
    app.press("3", "g g", "enter", "i")
    #expect(app.screen.contains("with the story") && app.screen.contains("https://example.org/a.png"))
    app.press("enter")
    let picture = Picture(address: id.address, words: "A pier · Photo: O. Vovk")
    #expect(app.wanted.last == .fetchPicture(picture))
    #expect(!server.requests.contains(id.address))

    let drawn = try #require(PicturePainter.kitty(image, columns: 80, rows: 22))
    let said = try await show(picture, app.reader)
    #expect(said == ["Fetching the image from where the story comes from…", drawn])
    #expect(server.requests.filter { $0 == id.address }.count == 1)
    server.setReachable(false)
    #expect(try await show(picture, app.reader) == [picture.words, drawn])
    #expect(server.requests.filter { $0 == id.address }.count == 1)
    let other = Picture(address: Route.media.path(id: String(repeating: "0", count: 64)), words: "Gone")
    #expect(try await show(other, app.reader).last?.hasPrefix("The image did not come: ") == true)
    server.setReachable(true)
    #expect(try await show(other, app.reader).last?.hasPrefix("The image is no longer there") == true)
  }

  @Test func `all images of the story can be fetched with a sync`() async throws {
    let reader = try await Reader.withStory()
    let image = SampleImage.png(width: 30, height: 20)
    let id = try await reader.server.keep(image)
    try await reader.server.publish([.article(article([id.address]))])
    let first = await reader.run(["sync", "--images"])
    #expect(first.code == 0 && first.output.contains("1 image"), "\(first)")
    #expect(FileManager.default.contents(atPath: reader.home + "/replica.sqlite.images/\(id)") == image)
    #expect(await reader.run(["sync", "--images"]).output == "Up to date: nothing new\n")
    #expect(await reader.run(["sync", "--images", "--json"]).output.contains("\"kept\" : 1"))
    #expect(await !reader.run(["sync", "--json"]).output.contains("\"images\""))
  }

  @Test func `an image in Markdown is the file that is kept here, else the whole address`() async throws {
    let app = try await AppDriver()
    let reader = app.reader
    let image = SampleImage.png(width: 30, height: 20)
    let id = try await reader.server.keep(image)
    try await reader.server.publish([.article(article([id.address, "https://example.org/a.png", "b.png"]))])
    #expect(await reader.run(["sync"]).code == 0)
    let far = await reader.run(["read", "2024-07-14", "--md"]).output
    #expect(far.contains("\n![A pier](https://stories.example\(id.address))\n\n*Photo: O. Vovk*\n"), "\(far)")
    #expect(far.contains("![A pier](https://example.org/a.png)"))
    #expect(far.contains("\n[Image: A pier]\n"))
    #expect(!reader.server.requests.contains(id.address))
    #expect(await reader.run(["sync", "--images"]).code == 0)
    let near = await reader.run(["read", "2024-07-14", "--md"]).output
    let start = try #require(near.range(of: "](file://")?.upperBound)
    let path = String(near[start...].prefix { $0 != ")" })
    #expect(FileManager.default.contents(atPath: try #require(path.removingPercentEncoding)) == image)
    #expect(near.contains("![A pier](https://example.org/a.png)"))
    // What is written by the app is the same.
    app.send(.replicaChanged)
    app.settle()
    let written = reader.home + "/pier.md"
    app.press("3", "g g", ":")
    app.type("export \(written)")
    app.press("enter")
    #expect(try String(contentsOfFile: written, encoding: .utf8) == near)
  }

  /// What the desk says at once and afterwards, until the image is there or is known not to come.
  private func show(_ picture: Picture, _ reader: Reader) async throws -> [String] {
    let (messages, inbox) = AsyncStream.makeStream(of: Message.self)
    let keeper = TokenKeeper(path: reader.home + "/credentials.json")
    let credentials = try #require(try keeper.load())
    let cache = ImageCache(besideReplica: reader.home + "/replica.sqlite")
    let images = StoryImages(
      cache: cache, credentials: credentials, transport: SignedTransport(base: reader.server, keeper: keeper),
      clock: reader.clock)
    let desk = PictureDesk(
      way: .kitty, transports: TransportFactory { _, _ in throw TransportError.unreachable("nobody else is asked") },
      images: ServiceImages(cache: cache) { try await images.image($0) }
    ) { inbox.yield($0) }
    let first = desk.show(picture, on: ScreenSize(columns: 80, rows: 24))
    for await message in messages {
      switch message {
      case .say(let text): return [first, text]
      case .picture(let drawn, picture): return [first, drawn]
      default: return [first]
      }
    }
    return [first]
  }

  private func article(_ addresses: [String]) -> Article {
    let blocks = addresses.enumerated().map { index, address in
      Block(id: Identifier("b\(index)"), role: .image, url: address, alt: "A pier", credit: "Photo: O. Vovk")
    }
    return Article(
      id: "2024-07-14-images", story: FixtureStory.story, headline: "Piers in pictures",
      publishedAt: FixtureStory.moment("2024-07-14T10:00:00Z"), blocks: blocks)
  }
}
