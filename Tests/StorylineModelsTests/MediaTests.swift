import Foundation
import StorylineModels
import StorylineTestSupport
import Testing

@Suite struct MediaTests {
  static let images: [(data: Data, format: ImageFormat, size: [Int])] = [
    (SampleImage.png(width: 8, height: 4), .png, [8, 4]), (SampleImage.jpeg(width: 16, height: 9), .jpeg, [16, 9]),
    (SampleImage.gif(width: 3, height: 2), .gif, [3, 2]), (SampleImage.webp(width: 10, height: 5), .webp, [10, 5]),
    (SampleImage.avif(width: 20, height: 10), .avif, [20, 10]),
  ]

  @Test(arguments: images.indices)
  func `format and size are read from the first bytes`(index: Int) throws {
    let image = Self.images[index]
    let header = try #require(ImageHeader(image.data))
    #expect(header.format == image.format && [header.width, header.height] == image.size)
    #expect(!header.hasPosition && !header.hasTooManyPixels)
  }

  @Test(arguments: [
    "", "\u{FF}", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "<!DOCTYPE html><script>alert(1)</script>", "%PDF-1.7",
    "GIF89a", "GIF87a\0\0\0\0", "RIFF....WEBP", "RIFF....WAVEVP8L", "....ftypheic", "BM", "II*\0",
  ])
  func `what is no image of these formats is none`(text: String) { #expect(ImageHeader(Data(text.utf8)) == nil) }

  @Test(arguments: images.indices)
  func `an image that is cut anywhere, or damaged anywhere, is read without harm`(index: Int) {
    let data = Self.images[index].data
    for count in 0..<data.count { _ = ImageHeader(data.prefix(count)) }
    var generator = SeededGenerator(seed: UInt64(index))
    for _ in 0..<2_000 {
      var damaged = data
      for _ in 0..<3 {
        damaged[Int.random(in: 0..<damaged.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      if let header = ImageHeader(damaged) { #expect(header.width ?? 1 > 0 && header.height ?? 1 >= 0) }
    }
  }

  @Test func `a position in a photograph is seen`() throws {
    #expect(ImageHeader(SampleImage.jpeg(position: true))?.hasPosition == true)
    #expect(ImageHeader(SampleImage.jpeg(exif: true))?.hasPosition == false)
    // The same in the words of XMP.
    let words = Data("http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude=\"50,27N\"/>".utf8)
    let segment = Data([0xFF, 0xE1, 0, UInt8(words.count + 2)]) + words
    let plain = SampleImage.jpeg()
    #expect(ImageHeader(plain.prefix(2) + segment + plain.dropFirst(2))?.hasPosition == true)
  }

  @Test func `an image that unpacks to gigabytes is known by its header`() throws {
    let bomb = SampleImage.png(width: 1, height: 1)
    var bytes = [UInt8](bomb)
    for place in 16..<24 { bytes[place] = 0x7F }
    #expect(try #require(ImageHeader(Data(bytes))).hasTooManyPixels)
  }

  @Test func `an address is that of an image if it is one spelling of it and no other`() {
    let digest = String(repeating: "0a", count: 32)
    let id = MediaID(digest)
    #expect(id?.address == "/v1/media/\(digest)" && MediaID(address: "/v1/media/\(digest)") == id)
    for wrong in [
      "", digest.uppercased(), String(digest.dropLast()), digest + "0", "/v1/media/\(digest)/", "../\(digest)",
      "https://story.example/v1/media/\(digest)",
    ] {
      #expect(MediaID(wrong) == nil && MediaID(address: wrong) == nil, "\(wrong)")
    }
  }

  @Test func `the images that a body names are found, wherever they stand`() throws {
    let ids = try (1...3).map { try #require(MediaID(String(repeating: "\($0)", count: 64))) }
    let article = Article(
      id: "a", story: "s", headline: "H",
      blocks: [
        Block(id: "b1", role: .paragraph, text: "It is at /v1/media/\(ids[2]), they say."),
        Block(id: "b2", role: .image, url: ids[0].address),
        Block(id: "b3", role: .image, url: "https://x.example/a.png"),
      ])
    #expect(MediaID.named(in: try Entity.article(article).body()) == [ids[0]])
    let other = try RawJSON(validating: Data("{\"gallery\":[\"\(ids[1].address)\",\"/v1/media/zz\"]}".utf8))
    #expect(MediaID.named(in: other) == [ids[1]])
    #expect(MediaID.named(in: try RawJSON(validating: Data("\"/v1/media/".utf8) + Data("\"".utf8))).isEmpty)
  }

  @Test(arguments: [
    ("summit.jpg", ImageFormat.jpeg, true), ("summit.JPEG", .jpeg, true), ("a_b-c.1.png", .png, true),
    ("summit.png", .jpeg, false), ("summit", .png, false), (".png", .png, false), ("-x.png", .png, false),
    ("a b.png", .png, false), ("саміт.png", .png, false), ("a/b.png", .png, false), ("..", .png, false),
    (String(repeating: "a", count: 97) + ".png", .png, false), ("a\n.png", .png, false), ("", .png, false),
  ])
  func `a file's name is plain, and ends in its format`(name: String, format: ImageFormat, isGood: Bool) {
    #expect((MediaName.objection(to: name, format: format) == nil) == isGood)
  }
}
