import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import StorylineTestSupport

import struct StorylineModels.Cursor

@testable import StorylineStore

/// A store of one test, on a clock that stands at 2024-07-11T06:00:00Z.
struct TestStore: Sendable {
  let store: StoryStore
  let clock: ManualClock
  let directory: TestDirectory
  let options: StoreOptions

  init(
    _ kind: StoreKind = .memory, limits: ServiceLimits = ServiceLimits(), lives: TokenLives = .long,
    erasures: ErasureLedger? = nil,
    report: @escaping @Sendable (StoreEvent) -> Void = { _ in }
  ) throws {
    let clock = ManualClock(Timestamp(milliseconds: 1_720_677_600_000))
    self.clock = clock
    directory = try TestDirectory()
    var options = StoreOptions(pepper: .random(), limits: limits, now: { clock.now() })
    options.erasures = erasures
    options.lives = lives
    options.report = report
    self.options = options
    store = try StoryStore.open(kind.sqliteKind(directory.file("store.sqlite")), options: options)
  }

  var writer: any DatabaseWriter { store.database.writer }

  func newReader() async throws -> ReaderID {
    let invite = try await store.createInvite(scope: Scope.reader, validFor: 60)
    return try await store.redeem(InviteRedemption(invite: invite.text, requestID: UUID().uuidString)).reader
  }

  @discardableResult
  func publish(_ entities: [Entity], removing removals: [ContentCommit.Removal] = []) async throws -> PublishResult {
    try await store.publish(ContentCommit(entities: entities, removals: removals, author: "desk"))
  }

  func page(after cursor: Cursor = .start) async throws -> ContentPage {
    try ContentPage(parsing: try await store.contentPage(after: cursor).body)
  }

  /// Follows the pages from `cursor` to the head.
  func walk(from cursor: Cursor = .start) async throws -> [ContentPage] {
    var pages = [try await page(after: cursor)]
    while let last = pages.last, last.more { pages.append(try await page(after: last.cursor)) }
    return pages
  }

  /// Every value of every column of every table, as the bytes that a thief of the file would see.
  func everyColumn() async throws -> [Data] {
    try await writer.read { db in
      let tables = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      return try tables.flatMap { table in
        try Row.fetchAll(db, sql: "SELECT * FROM \(table)").flatMap { row in
          row.databaseValues.compactMap { value in
            String.fromDatabaseValue(value).map { Data($0.utf8) } ?? Data.fromDatabaseValue(value)
          }
        }
      }
    }
  }
}
