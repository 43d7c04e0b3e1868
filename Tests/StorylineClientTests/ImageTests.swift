import Crypto
import Foundation
import StorylineClient
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

/// Images of the story on a device: fetched, kept, shown without a network, and gone when they have to go.
@Suite struct ImageTests {
  private static let picture = SampleImage.png(shade: 5, padding: 300_000)

  private static func id(_ image: Data) throws -> MediaID {
    try #require(MediaID(digest: Array(SHA256.hash(data: image))))
  }

  /// A reader's device whose replica shows these images, each in an article of its own, and its cache.
  private struct Device {
    let world: World
    let replica: Replica
    let cache: ImageCache
    let folder: TemporaryFolder

    init(showing images: [Data], limit: Int = 1 << 20) async throws {
      world = try await World()
      folder = try TemporaryFolder()
      cache = ImageCache(folder: folder.path + "/images", limit: limit)
      replica = try world.replica()
      var entities = [Sample.story]
      for (number, image) in images.enumerated() {
        try await world.store.keepMedia(image, as: try ImageTests.id(image), name: "a.png")
        entities.append(try Self.article(number, image))
      }
      _ = try await world.store.publish(ContentCommit(entities: entities, author: "test"))
      try await sync()
    }

    static func article(_ number: Int, _ image: Data) throws -> Entity {
      let block = Block(id: "b2", role: .image, url: try ImageTests.id(image).address, alt: "A summit")
      return .article(
        Article(
          id: Identifier("a-\(number)"), story: "ukraine-nato", headline: "Allies meet",
          blocks: [Block(id: "b1", role: .paragraph, text: "They met."), block]))
    }

    func sync() async throws {
      let engine = SyncEngine(
        replica: replica, credentials: world.credentials, transport: ServiceTransport(world), clock: world.clock,
        random: { 1 << 63 }, images: cache)
      _ = try await engine.sync()
    }

    func images(_ transport: (any HTTPTransport)? = nil) -> StoryImages {
      StoryImages(
        cache: cache, credentials: world.credentials, transport: transport ?? ServiceTransport(world),
        clock: world.clock, random: { 1 << 63 })
    }

    var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: cache.folder)) ?? []).sorted() }
  }

  @Test func `an image is fetched once, and is there without a network from then on`() async throws {
    let device = try await Device(showing: [Self.picture])
    let id = try Self.id(Self.picture)
    #expect(try device.replica.media() == [id])
    let transport = FaultyTransport(ServiceTransport(device.world))
    #expect(try await device.images(transport).image(id) == Self.picture)
    #expect(transport.requests.map(\.path) == [id.address])
    #expect(transport.requests.first?.headers.contains { $0.name == "authorization" } == true)
    let offline = FaultyTransport(ServiceTransport(device.world)) { _, _ in .loseRequest }
    #expect(try await device.images(offline).image(id) == Self.picture)
    #expect(offline.requests.isEmpty && device.files == [id.description])
    let mode = try FileManager.default.attributesOfItem(atPath: device.cache.folder + "/\(id)")[.posixPermissions]
    #expect((mode as? NSNumber)?.intValue == 0o600)
  }

  @Test func `bytes that are not those of the image are neither shown nor kept`() async throws {
    let device = try await Device(showing: [Self.picture])
    let id = try Self.id(Self.picture)
    for fault in [Fault.cut(after: 100), .portal, .status(500), .loseReply, .loseRequest] {
      let always = FaultyTransport(ServiceTransport(device.world)) { _, _ in fault }
      await #expect(throws: SyncError.self) { try await device.images(always).image(id) }
      #expect(device.files.isEmpty, "\(fault)")
    }
    let once = FaultyTransport(ServiceTransport(device.world), faults: [.cut(after: 100)])
    #expect(try await device.images(once).image(id) == Self.picture)
    #expect(once.requests.count == 2)
  }

  @Test func `a kept file that was damaged is fetched again`() async throws {
    let device = try await Device(showing: [Self.picture])
    let id = try Self.id(Self.picture)
    _ = try await device.images().image(id)
    try Self.picture.dropLast().write(to: URL(fileURLWithPath: device.cache.folder + "/\(id)"))
    #expect(device.cache.image(id) == nil && device.files.isEmpty)
    #expect(try await device.images().image(id) == Self.picture)
  }

  @Test func `what the service has no more is nothing to show, and no error`() async throws {
    let device = try await Device(showing: [Self.picture])
    _ = try await device.world.publish(remove: .init(kind: .article, id: "a-0", reason: "retracted"))
    #expect(try await device.images().image(try Self.id(Self.picture)) == nil)
  }

  @Test func `all images can be had at once, in an order that tells nothing`() async throws {
    let images = (1...5).map { SampleImage.png(shade: $0) }
    let device = try await Device(showing: images)
    let ids = try images.map(Self.id).sorted()
    _ = try await device.images().image(ids[3])
    let transport = FaultyTransport(ServiceTransport(device.world))
    let report = try await device.images(transport).fetchAll(of: device.replica)
    #expect(report.named == 5 && report.kept == 1 && report.fetched == 4 && report.left == 0)
    #expect(transport.requests.map(\.path) == ids.filter { $0 != ids[3] }.map(\.address))
    #expect(try await device.images().fetchAll(of: device.replica).kept == 5)
    #expect(device.files == ids.map(\.description))
  }

  @Test func `the cache keeps within its limit, and gives up what was not looked at`() async throws {
    let images = (1...4).map { SampleImage.png(shade: $0, padding: 10_000) }
    let device = try await Device(showing: images, limit: 25_000)
    let ids = try images.map(Self.id)
    for (number, id) in ids.prefix(2).enumerated() {
      _ = try await device.images().image(id)
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: Double(number))],
        ofItemAtPath: device.cache.folder + "/\(id)")
    }
    #expect(device.cache.image(ids[0]) != nil)
    _ = try await device.images().image(ids[2])
    #expect(device.cache.holds(ids[0]) && !device.cache.holds(ids[1]) && device.cache.holds(ids[2]))
    #expect(device.cache.size <= device.cache.limit)
    let report = try await device.images().fetchAll(of: device.replica)
    #expect(report.left > 0 && report.fetched <= 1)
  }

  @Test func `what is taken down goes from the device with its next sync`() async throws {
    let images = [Self.picture, SampleImage.png()]
    let device = try await Device(showing: images)
    _ = try await device.images().fetchAll(of: device.replica)
    #expect(device.files.count == 2)
    try Data("x".utf8).write(to: URL(fileURLWithPath: device.cache.folder + "/stray"))
    try await device.sync()
    #expect(device.files.count == 3, "nothing has changed")
    _ = try await device.world.publish(remove: .init(kind: .article, id: "a-0", reason: "legal"))
    try await device.sync()
    #expect(device.files == [try Self.id(images[1]).description])
    device.cache.wipe()
    #expect(!FileManager.default.fileExists(atPath: device.cache.folder))
  }
}

/// A folder that is gone with the value.
private final class TemporaryFolder: Sendable {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("images-\(UUID().uuidString)").path

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
