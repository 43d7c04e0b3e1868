import Foundation
import GRDB
import StorylineGzip
import StorylineModels
import StorylineTestSupport
import Testing

@testable import StorylineStore

extension TestStore {
  /// The rows of a part as they are on the wire.
  func rows(of part: SnapshotManifest.Part) async throws -> [Data] {
    let bytes = try #require(try await store.snapshotPart(part.sha256, range: 0..<part.bytes))
    #expect(bytes.count == part.bytes)
    let rows = try Gzip.inflated(bytes, limit: 64 * 1024 * 1024).split(separator: UInt8(ascii: "\n")).map { Data($0) }
    #expect(rows.count == part.rows)
    return rows
  }

  /// The rows of a snapshot: those of its front part, and those of its months.
  func rows(of manifest: SnapshotManifest) async throws -> (front: [Data], months: [Data]) {
    var (front, months): ([Data], [Data]) = ([], [])
    for part in manifest.parts {
      let rows = try await rows(of: part)
      if part.role == .front { front += rows } else { months += rows }
    }
    return (front, months)
  }

  /// What is live now, as it is on the wire.
  func liveRows() async throws -> [Data] {
    try await writer.read { try Data.fetchAll($0, sql: "SELECT wire FROM content_record WHERE deleted = 0") }
  }

  /// The digests of the parts of one month.
  static func digests(_ manifest: SnapshotManifest, _ span: String) -> [String] {
    manifest.parts.filter { $0.span == span }.map(\.sha256)
  }

  /// Moves the clock to the middle of a month.
  func goTo(_ month: String) throws {
    clock.set(try #require(Timestamp("\(month)-15T12:00:00Z")))
  }
}
