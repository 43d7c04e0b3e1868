import Foundation
import Logging
import NIOConcurrencyHelpers
import ServiceLifecycle
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineServer

@Suite(.timeLimit(.minutes(1))) struct MaintenanceTests {
  private static let now = Timestamp(milliseconds: 1_732_400_000_000)

  private static func state(
    content: Bool = true, newest: String? = "1-00000000", rows: Int = 0, age seconds: Int64? = nil,
    takenDown: Bool = false
  ) -> SnapshotState {
    SnapshotState(
      hasContent: content, newest: newest, rowsBehind: rows,
      behindSince: seconds.map { now.advanced(byMilliseconds: -$0 * 1000) }, holdsTakenDown: takenDown)
  }

  static let cases: [(what: String, state: SnapshotState, isTime: Bool)] = [
    ("nothing published", state(content: false, newest: nil), false),
    ("no snapshot of this epoch", state(newest: nil, rows: 1, age: 0), true),
    ("up to date", state(), false),
    ("a little behind", state(rows: 1000, age: 86_400), false),
    ("many rows behind", state(rows: 1001, age: 0), true),
    ("behind for long", state(rows: 1, age: 86_401), true),
    ("something was taken down", state(rows: 1, age: 0, takenDown: true), true),
  ]

  @Test(arguments: cases.map(\.what))
  func `it is time for a snapshot when the newest is missing, far behind or wrong`(what: String) throws {
    let found = try #require(Self.cases.first { $0.what == what })
    #expect(shouldSnapshot(found.state, settings: MaintenanceSettings(), now: Self.now) == found.isTime)
  }

  @Test func `one look makes the snapshot that is missing, and deletions are looked for once a day`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let maintenance = Maintenance(
        store: service.store, settings: MaintenanceSettings(), logger: service.log.logger, now: { Self.now })
      let first = try await maintenance.look(after: nil)
      let snapshot = try await service.store.newestSnapshot()
      let nextDay = try await maintenance.look(after: Self.now.advanced(byMilliseconds: -86_400_000))
      let today = Self.now.advanced(byMilliseconds: -86_399_999)
      let sameDay = try await maintenance.look(after: today)
      #expect(first == Self.now && snapshot != nil)
      #expect(nextDay == Self.now && sameDay == today)
    }
  }

  @Test func `deletions that are old enough are forgotten`() async throws {
    let time = ManualTime()
    try await TestService.run(on: .inProcess, clock: { time.now }) { service in
      let maintenance = Maintenance(
        store: service.store, settings: MaintenanceSettings(), logger: service.log.logger, now: { time.now })
      _ = try await maintenance.look(after: nil)
      _ = try await service.store.contentPage(after: .start)
      time.advance(seconds: 90 * 86_400)
      _ = try await maintenance.look(after: nil)
      let newest = try #require(try await service.store.newestSnapshot())
      await #expect(throws: StoreError.cursorExpired(snapshot: newest.id)) {
        try await service.store.contentPage(after: .start)
      }
    }
  }

  @Test func `an image that no commit followed is removed after a day`() async throws {
    let time = ManualTime()
    try await TestService.run(on: .inProcess, clock: { time.now }) { service in
      let maintenance = Maintenance(
        store: service.store, settings: MaintenanceSettings(), logger: service.log.logger, now: { time.now })
      let (image, kept) = (SampleImage.png(), SampleImage.png(shade: 1))
      for image in [image, kept] {
        try await service.store.keepMedia(image, as: try MediaTests.id(of: image), name: "a.png")
      }
      var article = SampleStory.article(9)
      article.blocks.append(Block(id: "b2", role: .image, url: try MediaTests.id(of: kept).address))
      _ = try await service.store.publish(ContentCommit(entities: [.article(article)], author: "test"))
      for (seconds, count) in [(80_000, 2), (10_000, 1)] as [(Int64, Int)] {
        time.advance(seconds: seconds)
        _ = try await maintenance.look(after: time.now)
        #expect(try await service.store.mediaList(after: nil, limit: 9).media.count == count)
      }
      #expect(try await service.store.media(try MediaTests.id(of: kept)) != nil)
    }
  }

  @Test func `what fails is told to the operator and tried again`() async throws {
    let store = try StoryStore.inMemory(options: StoreOptions(pepper: .random()))
    try store.close()
    let log = CapturedLog()
    let maintenance = Maintenance(
      store: store, settings: MaintenanceSettings(), logger: log.logger, now: { Self.now })
    _ = try await maintenance.look(after: nil)
    #expect(log.lines.count { $0.contains("maintenance") } == 3)
  }

  @Test func `it ends as soon as the service is asked to stop`() async throws {
    try await TestService.run(on: .inProcess) { service in
      var settings = MaintenanceSettings()
      settings.interval = .seconds(86_400)
      let maintenance = Maintenance(store: service.store, settings: settings, logger: service.log.logger)
      let group = ServiceGroup(
        configuration: .init(services: [.init(service: maintenance)], logger: CapturedLog().logger))
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        while try await service.store.newestSnapshot() == nil { try await Task.sleep(for: .milliseconds(2)) }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
      }
      #expect(try await service.store.snapshotState().rowsBehind == 0)
    }
  }
}
