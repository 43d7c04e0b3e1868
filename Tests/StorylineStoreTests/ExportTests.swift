import Foundation
import GRDB
import StorylineModels
import StorylineTestSupport
import Testing

@testable import StorylineStore

@Suite struct ExportTests {
  @Test func `an export has every record, deleted ones too, and then the devices`() async throws {
    var limits = ServiceLimits()
    limits.pageRows = 3
    let test = try TestStore(limits: limits)
    let reader = try await enrol(test, name: "Tablet")
    let other = try await test.newReader()
    _ = try await test.store.sync(Samples.push([Samples.mutation(1, "not-mine")]), for: other)
    for number in 0..<7 {
      let payload = number == 6 ? nil : "{\"n\":\(number)}"
      let mutation = Samples.mutation(1, "a-\(number)", payload: payload, deleted: number == 6)
      _ = try await test.store.sync(Samples.push([mutation]), for: reader)
    }
    let export = try await test.store.createExport(for: reader)
    #expect(export.expiresAt.milliseconds == test.clock.now().milliseconds + 86_400_000)
    let lines = try await lines(of: export.id, test, reader)
    #expect(lines.compactMap(\.record).map(\.id) == (0..<7).map { "a-\($0)" })
    #expect(lines[3].record?.payload == "{\"n\":3}")
    #expect(lines[6].record?.deleted == true)
    let device = try #require(lines.last?.device)
    #expect(lines.count == 8)
    #expect((device.name, device.createdOn, device.lastSeenOn) == ("Tablet", "2024-07-11", "2024-07-11"))
  }

  @Test func `an export is of one account, for one day, and the five newest are kept`() async throws {
    let test = try TestStore()
    let (reader, other) = (try await test.newReader(), try await test.newReader())
    let export = try await test.store.createExport(for: reader)
    for (id, who) in [(export.id, other), ("nonsense", reader), (String(repeating: "0", count: 32), reader)] {
      await #expect(throws: StoreError.unknownExport) { _ = try await test.store.exportFile(id, for: who) }
    }
    for _ in 0..<5 {
      test.clock.advance(milliseconds: 1)
      _ = try await test.store.createExport(for: reader)
    }
    await #expect(throws: StoreError.unknownExport) { _ = try await test.store.exportFile(export.id, for: reader) }
    let last = try await test.store.createExport(for: reader)
    test.clock.advance(milliseconds: 86_399_999)
    _ = try await test.store.exportFile(last.id, for: reader)
    test.clock.advance(milliseconds: 1)
    await #expect(throws: StoreError.unknownExport) { _ = try await test.store.exportFile(last.id, for: reader) }
    _ = try await test.store.createExport(for: other)
    let rows = try await test.writer.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM library_export") }
    #expect(rows == 1)
  }

  @Test func `an erasure while the file is fetched ends it with an error`() async throws {
    var limits = ServiceLimits()
    limits.pageRows = 1
    let test = try TestStore(limits: limits)
    let reader = try await test.newReader()
    for number in 0..<3 {
      _ = try await test.store.sync(Samples.push([Samples.mutation(1, "a-\(number)")]), for: reader)
    }
    let export = try await test.store.createExport(for: reader)
    var pieces = 0
    var failure: (any Error)?
    do {
      for try await _ in try await test.store.exportFile(export.id, for: reader) {
        pieces += 1
        if pieces == 1 { try await test.store.eraseLibrary(of: reader) }
      }
    } catch {
      failure = error
    }
    #expect(pieces == 1)
    #expect(failure is StoreError)
  }

  private func enrol(_ test: TestStore, name: String) async throws -> ReaderID {
    let invite = try await test.store.createInvite(scope: Scope.reader, validFor: 60)
    let redemption = InviteRedemption(invite: invite.text, requestID: UUID().uuidString, deviceName: name)
    return try await test.store.redeem(redemption).reader
  }

  private func lines(of id: String, _ test: TestStore, _ reader: ReaderID) async throws -> [LibraryExportLine] {
    var text = Data()
    for try await piece in try await test.store.exportFile(id, for: reader) { text += piece }
    let path = test.directory.file("export.gz")
    try text.write(to: URL(filePath: path))
    return try gunzip(path).split(separator: UInt8(ascii: "\n")).map {
      try StorylineJSON.decode(LibraryExportLine.self, from: Data($0))
    }
  }

  /// By the tool that the reader will use.
  private func gunzip(_ path: String) throws -> Data {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", path]
    process.standardOutput = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return text
  }
}
