import Foundation
import StorylineScreen
import Testing

@testable import StorylineTerminal

/// The part of kitty's graphics protocol that is written here, read as its specification says.
private struct KittyTerminal {
  struct Image: Hashable {
    var keys: [String: String]
    var data: Data
  }

  struct Fault: Error { var why: String }

  /// The images that a stream of bytes transmits. Nothing else may be in it.
  static func images(in text: String) throws -> [Image] {
    var images: [Image] = []
    var open: (keys: [String: String], data: Data)?
    var rest = text[...]
    while !rest.isEmpty {
      guard rest.hasPrefix("\u{1B}_G") else { throw Fault(why: "no command at “\(rest.prefix(20))”") }
      guard let end = rest.range(of: "\u{1B}\\") else { throw Fault(why: "no end") }
      let command = rest[..<end.lowerBound].dropFirst(3)
      rest = rest[end.upperBound...]
      let parts = command.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
      let keys = try Self.keys(parts[0])
      let payload = parts.count > 1 ? String(parts[1]) : ""
      guard payload.utf8.count <= 4096 else { throw Fault(why: "a chunk of \(payload.utf8.count)") }
      let isMore = keys["m"] == "1"
      // “The size must be a multiple of 4 for all chunks except the last.”
      if isMore, payload.utf8.count % 4 != 0 { throw Fault(why: "a chunk that ends within a quantum") }
      if open == nil {
        open = (keys, Data())
      } else if !Set(keys.keys).isSubset(of: ["m", "q"]) {
        // “Subsequent chunks must have only the m and optionally q keys.”
        throw Fault(why: "keys in a later chunk")
      }
      // Each chunk has whole quanta, so each can be read by itself; chafa ends some of them with padding.
      guard let data = Data(base64Encoded: payload) else { throw Fault(why: "no base64") }
      open?.data += data
      guard !isMore, let done = open else { continue }
      images.append(Image(keys: done.keys, data: done.data))
      open = nil
    }
    if open != nil { throw Fault(why: "the last chunk is missing") }
    return images
  }

  private static func keys(_ text: Substring) throws -> [String: String] {
    var keys: [String: String] = [:]
    for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = pair.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].count == 1, !parts[1].isEmpty, keys[String(parts[0])] == nil else {
        throw Fault(why: "“\(pair)” is no key")
      }
      keys[String(parts[0])] = String(parts[1])
    }
    return keys
  }
}

@Suite struct KittyTests {
  private func png(bytes: Int, width: UInt8 = 200, height: UInt8 = 100) -> Data {
    Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
      + Data([0, 0, 0, width, 0, 0, 0, height]) + Data(repeating: 7, count: bytes)
  }

  @Test(arguments: [1, 3, 3047, 3048, 3049, 9000, 100_000])
  func `a terminal that reads by the specification gets the image back`(bytes: Int) throws {
    let data = png(bytes: bytes)
    let drawn = try #require(PicturePainter.kitty(data, columns: 40, rows: 20))
    let images = try KittyTerminal.images(in: drawn)
    #expect(images.map(\.data) == [data])
    // Transmit and show, PNG, no answers, fitted into cells.
    #expect(images.first?.keys["a"] == "T")
    #expect(images.first?.keys["f"] == "100")
    #expect(images.first?.keys["q"] == "2")
    #expect((1...40).contains(Int(images.first?.keys["c"] ?? "") ?? 0))
    #expect((1...20).contains(Int(images.first?.keys["r"] ?? "") ?? 0))
  }

  @Test func `the question is an image that is only looked at, and what takes images away is a deletion`() throws {
    let question = try #require(try KittyTerminal.images(in: KittyQuestion.bytes).first)
    #expect(question.keys == ["i": "31", "s": "1", "v": "1", "a": "q", "t": "d", "f": "24"])
    // One dot of three bytes.
    #expect(question.data == Data(repeating: 0, count: 3))
    #expect(try KittyTerminal.images(in: PicturePainter.clearing).first?.keys == ["a": "d", "q": "2"])
  }

  @Test func `who answers has images, with chafa and without`() {
    #expect(PictureWay.none.withKitty == .kitty)
    #expect(PictureWay.chafa(path: "/bin/chafa", kitty: false).withKitty == .chafa(path: "/bin/chafa", kitty: true))
    #expect(KittyQuestion.canBeAsked(["TERM": "xterm-256color"]))
    for variables in [["TERM": "xterm", "TMUX": "/tmp/x"], ["TERM": "linux"], ["TERM": "screen-256color"], [:]] {
      #expect(!KittyQuestion.canBeAsked(variables))
    }
  }

  // MARK: chafa

  /// 8 × 8 dots, no two of them alike.
  private static let square =
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAbElEQVR42g3JQQEAMAgDMZSgpEqqhOepQAlKqmjLN1VFFypcTLHF"
    + "FSmqmm7UuJlmm2vSP0QLCYsRK05EP0wbGZsxa87EP4YeNHiYYYcbMj+WXrR4mWWXW7I/jj50+JhjjztyP0IHBYcJGy4kPLAsVIH5"
    + "pgt5AAAAAElFTkSuQmCC"

  private static let chafa = "/usr/bin/chafa"

  private func drawn(kitty: Bool) throws -> String {
    try #require(FileManager.default.isExecutableFile(atPath: Self.chafa), "chafa is missing: run make deps-test")
    let data = try #require(Data(base64Encoded: Self.square))
    return try #require(PicturePainter.chafa(data, at: Self.chafa, kitty: kitty, columns: 20, rows: 6))
  }

  @Test func `chafa draws with characters, within the rows and columns that there are`() throws {
    let drawn = try drawn(kitty: false)
    #expect(!drawn.contains("\u{1B}_"))
    let rows = drawn.replacing("\r\n", with: "\n").split(separator: "\n").map { row in
      // Colours, and what hides and shows the cursor.
      String(row).replacing(/\u{1B}\[[0-9;?]*[a-zA-Z]/, with: "")
    }.filter { !$0.isEmpty }
    #expect((1...6).contains(rows.count))
    #expect(rows.allSatisfy { (1...20).contains(TextWidth.of($0)) }, "\(rows)")
    #expect(!drawn.replacing("\r\n", with: "").contains("\n"), "raw mode turns no line feed into a new line")
  }

  @Test func `what chafa draws by kitty's protocol is read by the specification, too`() throws {
    let commands = try drawn(kitty: true).matches(of: /\u{1B}_G[^\u{1B}]*\u{1B}\\/).map { String($0.output) }
    let image = try #require(try KittyTerminal.images(in: commands.joined()).first)
    #expect(image.keys["a"] == "T")
    // Dots as they are: width times height times three or four bytes.
    let (width, height) = (Int(image.keys["s"] ?? "") ?? 0, Int(image.keys["v"] ?? "") ?? 0)
    let bytes = image.keys["f"] == "24" ? 3 : 4
    #expect(width > 0 && image.data.count == width * height * bytes)
  }
}
