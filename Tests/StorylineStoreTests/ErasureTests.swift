import Foundation
import GRDB
import StorylineModels
import StorylineTestSupport
import Testing

import struct StorylineModels.Cursor

@testable import StorylineStore

/// A reader erases a library or the whole account (protocol, 2.13; invariant I24).
@Suite struct ErasureTests {
  @Test func `an erased library is empty, and its other devices hear of it`() async throws {
    let test = try TestStore()
    let (reader, other) = (try await test.newReader(), try await test.newReader())
    _ = try await test.store.sync(Samples.push([Samples.mutation(1, "a", at: 500)]), for: reader)
    _ = try await test.store.sync(Samples.push([Samples.mutation(1, "b")]), for: other)
    let before = try await test.store.libraryPage(after: nil, empty: false, limit: nil, for: reader)
    let untouched = try await test.store.libraryPage(after: nil, empty: false, limit: nil, for: other)
    try await test.store.eraseLibrary(of: reader)
    let page = try await test.store.libraryPage(after: nil, empty: false, limit: nil, for: reader)
    #expect(page.changes.isEmpty)
    #expect(page.epoch != before.epoch)
    let stamp = Stamp(physical: 1_720_677_600_500, counter: .max, node: .max)
    let news = StoreError.epochChanged(
      stream: .library, epoch: page.epoch, reasons: ["purged"], purgedBefore: stamp)
    await #expect(throws: news) {
      try await test.store.libraryPage(after: before.cursor, empty: false, limit: nil, for: reader)
    }
    let same = try await test.store.libraryPage(after: untouched.cursor, empty: false, limit: nil, for: other)
    #expect(same.cursor == untouched.cursor)
    let row = try await test.writer.read { try ReadStream.library(of: reader, in: $0) }
    #expect((row.liveRecords, row.liveBytes) == (0, 0))
    #expect(row.head == 1)
  }

  @Test
  func `edge case 39: a device that never heard of it cannot bring erased records back, and later edits are taken`()
    async throws
  {
    let test = try TestStore()
    let reader = try await test.newReader()
    _ = try await test.store.sync(Samples.push([Samples.mutation(1, "a")]), for: reader)
    try await test.store.eraseLibrary(of: reader)
    let answer = try await test.store.sync(
      Samples.push([Samples.mutation(1, "a"), Samples.mutation(2, "b", at: -5), Samples.mutation(3, "c", at: 1)]),
      for: reader)
    #expect(answer.results.map(\.status) == [.rejected, .rejected, .applied])
    let problem = try #require(answer.results[0].problem)
    #expect(problem.code == .epochChanged)
    #expect(problem.reasons == ["purged"])
    #expect(problem.purgedBefore == Stamp(physical: 1_720_677_600_000, counter: .max, node: .max))
    let page = try await test.store.libraryPage(after: nil, empty: false, limit: nil, for: reader)
    #expect(page.changes.map(\.id) == ["c"])
  }

  @Test func `every purge begins another generation with a higher stamp, even within one millisecond`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    let first = try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: reader).cursor
    try await test.store.eraseLibrary(of: reader)
    let second = try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: reader).cursor
    try await test.store.eraseLibrary(of: reader)
    let epoch = try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: reader).epoch
    let stamp = Stamp(physical: 1_720_677_600_001, counter: .max, node: .max)
    for cursor in [first, second] {
      await #expect(
        throws: StoreError.epochChanged(stream: .library, epoch: epoch, reasons: ["purged"], purgedBefore: stamp)
      ) { try await test.store.libraryPage(after: cursor, empty: false, limit: nil, for: reader) }
    }
  }

  @Test func `an erased account leaves no row, and its token is told so for 90 days`() async throws {
    let test = try TestStore(.wal)
    let token = try await enrol(test, "payload-of-somebody")
    let reader = try #require(try await test.store.authenticate(token: token)).reader
    _ = try await test.store.createInvite(scope: Scope.reader, for: reader, validFor: 60)
    try await test.store.eraseAccount(of: reader)
    let time = test.options.now()
    await #expect(throws: StoreError.accountDeleted(at: time)) { try await test.store.authenticate(token: token) }
    await #expect(throws: StoreError.unknownReader) { try await test.store.eraseAccount(of: reader) }
    let columns = try await test.everyColumn()
    #expect(!columns.contains { $0 == reader.bytes || $0.range(of: Data("payload-of-somebody".utf8)) != nil })
    for table in ["reader", "device", "token", "invite", "library_record"] {
      let count = try await test.writer.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") }
      #expect(count == 0, "\(table)")
    }
    for name in ["store.sqlite", "store.sqlite-wal"] {
      let bytes = FileManager.default.contents(atPath: test.directory.file(name)) ?? Data()
      #expect(bytes.range(of: Data("payload-of-somebody".utf8)) == nil, "\(name)")
    }
    test.clock.advance(milliseconds: EraseAccount.answeredFor)
    #expect(try await test.store.authenticate(token: token) == nil)
  }

  @Test func `a restored backup does not bring erased people or records back`() async throws {
    let ledger = ErasureLedger.inMemory()
    let test = try TestStore(erasures: ledger)
    let (gone, emptied) = (try await test.newReader(), try await test.newReader())
    for reader in [gone, emptied] {
      _ = try await test.store.sync(Samples.push([Samples.mutation(1, "a")]), for: reader)
    }
    let before = try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: emptied).cursor
    let backup = try DatabaseQueue()
    try test.writer.backup(to: backup)
    try await test.store.eraseLibrary(of: emptied)
    try await test.store.eraseAccount(of: gone)
    test.clock.advance(milliseconds: 10_000)
    _ = try await test.store.sync(Samples.push([Samples.mutation(1, "later", at: 10_000)]), for: emptied)
    let after = try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: emptied).cursor
    try backup.backup(to: test.writer)
    try await test.store.markRestored()
    await #expect(throws: StoreError.unknownReader) {
      try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: gone)
    }
    let page = try await test.store.libraryPage(after: nil, empty: false, limit: nil, for: emptied)
    #expect(page.changes.isEmpty)
    let stamp = Stamp(physical: 1_720_677_600_000, counter: .max, node: .max)
    // A device that heard of the purge is told of the restore alone, so that it pushes what it wrote since.
    try await expect(after, reasons: ["restored"], purgedBefore: nil, test, emptied, page.epoch)
    try await expect(before, reasons: ["purged", "restored"], purgedBefore: stamp, test, emptied, page.epoch)
    // Again, and nothing happens.
    try await test.store.repeatErasures()
    #expect(try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: emptied).epoch == page.epoch)
  }

  @Test func `an erasure that was noted before a crash is done at the next start`() async throws {
    let directory = try TestDirectory()
    let path = directory.file("store.sqlite")
    // By a clock of its own: beside a busy test run more than the minute of an invite goes by on the wall's.
    let clock = ManualClock()
    let options = StoreOptions(pepper: .random(), now: { clock.now() })
    var store = try StoryStore.open(at: path, options: options)
    let invite = try await store.createInvite(scope: Scope.reader, validFor: 60)
    let reader = try await store.redeem(InviteRedemption(invite: invite.text, requestID: UUID().uuidString)).reader
    let note = Erasure(account: store.secrets.accountDigest(reader), extent: .account(erasedAt: options.now()))
    try store.erasures.append(note)
    try store.close()
    store = try StoryStore.open(at: path, options: options)
    await #expect(throws: StoreError.unknownReader) {
      try await store.libraryPage(after: nil, empty: true, limit: nil, for: reader)
    }
    try store.close()
  }

  @Test func `a ledger's torn last line is cut, and any other strange line is refused`() throws {
    let directory = try TestDirectory()
    let path = directory.file("ledger")
    let file = LedgerFile(path: path)
    #expect(try file.erasures().isEmpty)
    let stamp = Stamp(physical: 5, counter: .max, node: .max)
    let first = Erasure(account: .random(count: 32), extent: .library(purgedBefore: stamp, generation: 3))
    let second = Erasure(account: .random(count: 32), extent: .account(erasedAt: Timestamp(milliseconds: 7)))
    try file.append(first)
    let whole = try Data(contentsOf: URL(filePath: path))
    try (whole + Data(second.line.utf8.dropLast(9))).write(to: URL(filePath: path))
    #expect(try file.erasures() == [first])
    try file.append(second)
    #expect(try file.erasures() == [first, second])
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    try (Data("who knows\n".utf8) + whole).write(to: URL(filePath: path))
    #expect(throws: StoreError.damaged("line 1 of the erasure ledger \(path) is not understood")) {
      try file.erasures()
    }
  }

  private func expect(
    _ cursor: Cursor, reasons: [String], purgedBefore: Stamp?, _ test: TestStore, _ reader: ReaderID, _ epoch: Epoch
  ) async throws {
    await #expect(
      throws: StoreError.epochChanged(stream: .library, epoch: epoch, reasons: reasons, purgedBefore: purgedBefore)
    ) { try await test.store.libraryPage(after: cursor, empty: false, limit: nil, for: reader) }
  }

  private func enrol(_ test: TestStore, _ payload: String) async throws -> String {
    let invite = try await test.store.createInvite(scope: Scope.reader, validFor: 60)
    let enrolment = try await test.store.redeem(
      InviteRedemption(invite: invite.text, requestID: UUID().uuidString))
    let mutation = Samples.mutation(1, "a", payload: payload)
    _ = try await test.store.sync(Samples.push([mutation]), for: enrolment.reader)
    return enrolment.accessToken
  }
}
