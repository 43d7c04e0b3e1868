import Foundation
import StorylineModels
import StorylineTestSupport
import Testing

import struct StorylineModels.Cursor

@testable import StorylineStore

/// No answer to one reader holds anything of another (invariant I21; edge case 47).
@Suite struct SeparationTests {
  private struct Account {
    let name: String
    let reader: ReaderID
    var cursors: [Cursor] = []
    var exports: [String] = []
  }

  @Test(arguments: 1...20)
  func `two readers who do anything at all never see each other`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let events = EventList()
    let test = try TestStore(report: { events.add($0) })
    var accounts = [
      Account(name: "anna", reader: try await test.newReader()),
      Account(name: "berta", reader: try await test.newReader()),
    ]
    for step in 0..<60 {
      test.clock.advance(milliseconds: 1)
      let index = Int.random(in: 0...1, using: &random)
      let seen = try await act(step, &accounts[index], accounts[1 - index], test, &random)
      let stranger = accounts[1 - index].name
      #expect(!seen.contains(stranger), "seed \(seed), step \(step)")
    }
    let isForeign = { (event: StoreEvent) in event == .foreignCursor(.library) }
    #expect(events.all.allSatisfy(isForeign), "seed \(seed)")
  }

  /// Does something at random; all that the account got to see.
  private func act(
    _ step: Int, _ account: inout Account, _ other: Account, _ test: TestStore, _ random: inout SeededGenerator
  ) async throws -> String {
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<4:
      let mutation = Samples.mutation(
        1, "record-\(Int.random(in: 0..<5, using: &random))", at: Int64(step), payload: "{\"by\":\"\(account.name)\"}")
      let answer = try await test.store.sync(Samples.push([mutation]), for: account.reader)
      account.cursors.append(answer.cursor)
      return String(decoding: try StorylineJSON.encode(answer), as: UTF8.self)
    case 4..<7:
      let page = try await test.store.libraryPage(
        after: nil, empty: Bool.random(using: &random), limit: Int.random(in: 1...5, using: &random),
        for: account.reader)
      account.cursors.append(page.cursor)
      return String(decoding: try StorylineJSON.encode(page), as: UTF8.self)
    case 7:
      guard let stolen = other.cursors.randomElement(using: &random) else { return "" }
      await #expect(throws: StoreError.cursorInvalid("it belongs to another stream")) {
        try await test.store.sync(Samples.push([Samples.mutation(1, "x")], after: stolen), for: account.reader)
      }
      return ""
    case 8:
      account.exports.append(try await test.store.createExport(for: account.reader).id)
      if let stolen = other.exports.randomElement(using: &random) {
        await #expect(throws: StoreError.unknownExport) {
          _ = try await test.store.exportFile(stolen, for: account.reader)
        }
      }
      return ""
    default:
      try await test.store.eraseLibrary(of: account.reader)
      return ""
    }
  }
}
