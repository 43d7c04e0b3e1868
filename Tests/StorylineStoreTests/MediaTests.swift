import Crypto
import Foundation
import GRDB
import StorylineModels
import StorylineTestSupport
import Testing

@testable import StorylineStore

/// When an image is there, for whom, and until when.
@Suite struct MediaTests {
  private static let picture = SampleImage.png(shade: 1, padding: 600_000)
  private static let other = SampleImage.png(shade: 2)

  private static func id(of image: Data) throws -> MediaID {
    try #require(MediaID(digest: Array(SHA256.hash(data: image))))
  }

  /// An article with one image.
  private static func article(_ image: Data, id: String = "photo", text: String = "Look.") throws -> Entity {
    .article(
      Article(
        id: Identifier(id), story: "sample-story", headline: "A headline",
        blocks: [
          Block(id: "b1", role: .paragraph, text: text),
          Block(id: "b2", role: .image, url: try Self.id(of: image).address, alt: "A summit"),
        ]))
  }

  private static func keep(_ image: Data, as name: String = "summit.png", in test: TestStore) async throws {
    try await test.store.keepMedia(image, as: try id(of: image), name: name)
  }

  private static func bytes(of image: Data, in test: TestStore, _ range: Range<Int>? = nil) async throws -> Data {
    var data = Data()
    for try await piece in test.store.mediaBytes(of: try id(of: image), range: range ?? 0..<image.count) {
      data += piece
    }
    return data
  }

  @Test(arguments: StoreKind.allCases)
  func `an image is given out once a published record names it`(kind: StoreKind) async throws {
    let test = try TestStore(kind)
    let id = try Self.id(of: Self.picture)
    await #expect(throws: StoreError.mediaMissing([id])) { try await test.publish([try Self.article(Self.picture)]) }
    #expect(try await test.store.contentRecords().isEmpty)
    try await Self.keep(Self.picture, in: test)
    try await Self.keep(Self.picture, in: test)
    #expect(try await test.store.publishedMedia(id) == nil)
    let known = MediaDescription(sha256: id, type: "image/png", bytes: Self.picture.count, name: "summit.png")
    #expect(try await test.store.media(id) == known)
    try await test.publish([try Self.article(Self.picture)])
    #expect(try await test.store.publishedMedia(id) == known)
    #expect(try await Self.bytes(of: Self.picture, in: test) == Self.picture)
    #expect(try await test.writer.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM media_piece") } == 19)
  }

  @Test func `an image that had to go leaves no byte in the database, and nothing that shows it loses it`() async throws
  {
    let test = try TestStore(.wal)
    try await Self.keep(Self.picture, in: test)
    let id = try Self.id(of: Self.picture)
    try await test.publish([try Self.article(Self.picture)])
    await #expect(throws: StoreError.mediaShown([.init(kind: .article, id: "photo", rev: 1)])) {
      try await test.store.removeMedia(id)
    }
    try await test.publish([try Self.article(Self.picture, id: "other")])
    // One without it, one taken down; then one that waits.
    try await test.publish([.article(Article(id: "photo", story: "sample-story", headline: "H", blocks: []))])
    #expect(try await test.store.publishedMedia(id) != nil)
    try await test.publish([], removing: [.init(kind: .article, id: "other", reason: "error")])
    #expect(try await test.store.publishedMedia(id) == nil)
    var later = ContentCommit(author: "desk")
    later.scheduled = [.init(try Self.article(Self.picture), at: Timestamp(milliseconds: 1_900_000_000_000))]
    _ = try await test.store.publish(later)
    await #expect(throws: StoreError.mediaShown([.init(kind: .article, id: "photo", rev: nil)])) {
      try await test.store.removeMedia(id)
    }
    _ = try await test.store.publish(ContentCommit(cancellations: [.init(kind: .article, id: "photo")], author: "desk"))
    try await test.store.removeMedia(id)
    #expect(try await test.store.media(id) == nil)
    await #expect(throws: StoreError.mediaGone) { try await test.store.removeMedia(id) }
    for table in ["media", "media_piece", "media_use"] {
      #expect(
        try await test.writer.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") } == 0, "\(table)")
    }
    // A commit that showed it would show nothing.
    await #expect(throws: StoreError.mediaMissing([id])) { try await test.publish([try Self.article(Self.picture)]) }
    try Self.expectNoBytes(in: test)
  }

  @Test func `of what is withdrawn by law no byte of its image is left in the database`() async throws {
    let test = try TestStore(.wal)
    try await Self.keep(Self.picture, in: test)
    try await test.publish([try Self.article(Self.picture)])
    try await test.publish([], removing: [.init(kind: .article, id: "photo", reason: "legal")])
    try Self.expectNoBytes(in: test)
  }

  /// Also not on pages that are free.
  private static func expectNoBytes(in test: TestStore) throws {
    try test.store.close()
    for name in try FileManager.default.contentsOfDirectory(atPath: test.directory.path) {
      let bytes = try Data(contentsOf: URL(filePath: test.directory.file(name)))
      #expect(bytes.range(of: Data(repeating: UInt8(ascii: "x"), count: 1_000)) == nil, "\(name)")
    }
  }

  @Test func `any bytes of it can be had, across its pieces`() async throws {
    let test = try TestStore()
    try await Self.keep(Self.picture, in: test)
    let edge = KeepMedia.pieceBytes
    for range in [0..<1, (edge - 1)..<edge, (edge - 1)..<(edge + 1), edge..<(2 * edge), 5..<(2 * edge + 7)] {
      #expect(try await Self.bytes(of: Self.picture, in: test, range) == Self.picture[range], "\(range)")
    }
    let last = Self.picture.count - 1
    #expect(try await Self.bytes(of: Self.picture, in: test, last..<(last + 1)) == Self.picture.suffix(1))
  }

  @Test func `what waits for its time is nobody's to know, and is there in the commit that publishes it`() async throws
  {
    let test = try TestStore()
    try await Self.keep(Self.picture, in: test)
    let id = try Self.id(of: Self.picture)
    let time = Timestamp(milliseconds: test.clock.now().milliseconds + 7 * 86_400_000)
    var commit = ContentCommit(author: "desk")
    commit.scheduled = [.init(try Self.article(Self.picture), at: time)]
    _ = try await test.store.publish(commit)
    #expect(try await test.store.publishedMedia(id) == nil)
    test.clock.set(time)
    #expect(try await test.store.sweepMedia() == 0)
    #expect(try await test.store.publishDue().count == 1)
    #expect(try await test.store.publishedMedia(id) != nil)
  }

  @Test func `what is taken off the schedule goes with the next sweep`() async throws {
    let test = try TestStore()
    try await Self.keep(Self.picture, in: test)
    var commit = ContentCommit(author: "desk")
    commit.scheduled = [.init(try Self.article(Self.picture), at: Timestamp(milliseconds: 1_900_000_000_000))]
    _ = try await test.store.publish(commit)
    // Other words, the same image; then none of it.
    commit.scheduled = [.init(try Self.article(Self.picture, text: "Again."), at: commit.scheduled[0].at)]
    #expect(try await test.store.publish(commit).scheduled == 1)
    _ = try await test.store.publish(
      ContentCommit(cancellations: [.init(kind: .article, id: "photo")], author: "desk"))
    test.clock.advance(milliseconds: 86_401 * 1000)
    #expect(try await test.store.sweepMedia() == 1)
    #expect(try await test.store.media(try Self.id(of: Self.picture)) == nil)
  }

  @Test func `an image that no record shows any more is not given out, and is kept for who undoes the change`()
    async throws
  {
    let test = try TestStore()
    try await Self.keep(Self.picture, in: test)
    try await Self.keep(Self.other, as: "other.png", in: test)
    try await test.publish([try Self.article(Self.picture)])
    try await test.publish([try Self.article(Self.other)])
    let (old, new) = (try Self.id(of: Self.picture), try Self.id(of: Self.other))
    #expect(try await test.store.publishedMedia(old) == nil)
    #expect(try await test.store.publishedMedia(new) != nil)
    test.clock.advance(milliseconds: 10 * 86_400 * 1000)
    #expect(try await test.store.sweepMedia() == 0)
    try await test.publish([try Self.article(Self.picture)])
    #expect(try await test.store.publishedMedia(old) != nil)
    #expect(try await test.store.publishedMedia(new) == nil)
    try await test.publish([], removing: [.init(kind: .article, id: "photo", reason: "retracted")])
    #expect(try await test.store.publishedMedia(old) == nil)
    #expect(try await test.store.media(old) != nil)
  }

  @Test func `what has to go by law goes at once, but for what something else shows`() async throws {
    let test = try TestStore()
    for image in [Self.picture, Self.other] { try await Self.keep(image, in: test) }
    try await test.publish([try Self.article(Self.picture), try Self.article(Self.other, id: "second")])
    // The first one shows both over time.
    try await test.publish([try Self.article(Self.other)])
    try await test.publish([], removing: [.init(kind: .article, id: "photo", reason: "legal")])
    #expect(try await test.store.media(try Self.id(of: Self.picture)) == nil)
    #expect(try await test.store.publishedMedia(try Self.id(of: Self.other)) != nil)
    let left = try await test.everyColumn()
    #expect(!left.contains { $0.count > 20_000 })
  }

  @Test func `an upload that no commit followed goes after a day, and not before`() async throws {
    let test = try TestStore()
    try await Self.keep(Self.picture, in: test)
    test.clock.advance(milliseconds: 80_000 * 1000)
    try await Self.keep(Self.picture, as: "renamed.png", in: test)
    test.clock.advance(milliseconds: 80_000 * 1000)
    #expect(try await test.store.sweepMedia() == 0)
    #expect(try await test.store.mediaList(after: nil, limit: 10).media.map(\.name) == ["renamed.png"])
    test.clock.advance(milliseconds: 6_500 * 1000)
    #expect(try await test.store.sweepMedia() == 1)
    #expect(try await test.store.mediaList(after: nil, limit: 10) == MediaList(media: []))
  }

  @Test func `an image that is removed while somebody reads it ends with an error`() async throws {
    let test = try TestStore()
    try await Self.keep(Self.picture, in: test)
    var pieces = test.store.mediaBytes(of: try Self.id(of: Self.picture), range: 0..<Self.picture.count)
      .makeAsyncIterator()
    #expect(try await pieces.next()?.count == KeepMedia.pieceBytes)
    test.clock.advance(milliseconds: 86_401 * 1000)
    try await test.store.sweepMedia()
    await #expect(throws: StoreError.mediaGone) { try await pieces.next() }
  }

  @Test func `the list is had in pieces`() async throws {
    let test = try TestStore()
    for shade in 1...5 { try await Self.keep(SampleImage.png(shade: UInt8(shade)), in: test) }
    let all = try await test.store.mediaList(after: nil, limit: 10)
    #expect(all.media.count == 5 && all.next == nil)
    let first = try await test.store.mediaList(after: nil, limit: 3)
    #expect(first.next == all.media[2].sha256)
    let rest = try await test.store.mediaList(after: first.next, limit: 3)
    #expect(first.media + rest.media == all.media && rest.next == nil)
  }

  @Test func `what is not the image that it is called is not kept`() async throws {
    var limits = ServiceLimits()
    limits.mediaBytes = 2_000
    let test = try TestStore(limits: limits)
    let svg = Data("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8)
    let large = SampleImage.png(padding: 2_000)
    for (image, digest, name) in [
      (Self.other, try Self.id(of: svg), "a.png"), (svg, try Self.id(of: svg), "a.svg"),
      (svg, try Self.id(of: svg), "a.png"), (large, try Self.id(of: large), "a.png"),
      (Self.other, try Self.id(of: Self.other), "a.jpg"), (Self.other, try Self.id(of: Self.other), "../a.png"),
    ] {
      await #expect(throws: StoreError.self) { try await test.store.keepMedia(image, as: digest, name: name) }
    }
    #expect(try await test.store.mediaList(after: nil, limit: 10).media.isEmpty)
  }

  @Test func `a backup has the images, and verification finds one that is damaged or lost`() async throws {
    let test = try TestStore(.wal)
    try await Self.keep(Self.picture, in: test)
    try await Self.keep(Self.other, in: test)
    try await test.publish([try Self.article(Self.picture)])
    try test.store.close()
    let (path, backup) = (test.directory.file("store.sqlite"), test.directory.file("backup"))
    _ = try StoryStore.backUp(path, to: backup)
    #expect(try StoryStore.verify(backup).findings.isEmpty)
    let statistics = try StoryStore.statistics(backup, now: test.clock.now())
    #expect(statistics.media == 2 && statistics.unusedMedia == 1)
    #expect(statistics.mediaBytes == Self.picture.count + Self.other.count)
    for (sql, finding) in [
      ("UPDATE media_piece SET bytes = zeroblob(length(bytes)) WHERE position = 1", "other bytes"),
      ("DELETE FROM media_piece WHERE position = 2", "other bytes"),
      ("DELETE FROM media_use", "the images that it names are not those"),
    ] {
      let queue = try DatabaseQueue(path: backup)
      try await queue.write { try $0.execute(sql: sql) }
      try queue.close()
      #expect(try StoryStore.verify(backup).findings.contains { $0.contains(finding) }, "\(sql)")
    }
  }
}
