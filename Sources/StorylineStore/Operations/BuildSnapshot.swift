import Foundation
import GRDB
import StorylineModels

/// Makes the parts of a snapshot, one after the other: no more than one is in memory.
///
/// The month of a record is that of its first publication, and inside a month parts are cut at aligned numbers, halved
/// until each fits. Neither depends on what else changed: a part whose records did not change keeps its bytes, and an
/// edit rewrites one part. What the front part holds is therefore in the parts of its months once more.
struct BuildSnapshot {
  static let monthSQL = """
    SELECT first_at FROM content_record WHERE stream = :stream AND deleted = 0 AND first_at < :before
    ORDER BY first_at DESC LIMIT 1
    """
  static let numbersSQL = """
    SELECT num, length(wire) AS bytes FROM content_record
    WHERE stream = :stream AND deleted = 0 AND first_at >= :start AND first_at < :end
    """
  static let rowsSQL = """
    SELECT wire FROM content_record
    WHERE stream = :stream AND num BETWEEN :first AND :last AND deleted = 0 AND first_at >= :start AND first_at < :end
    ORDER BY num
    """

  let stream: StreamRow
  let shape: SnapshotShape
  let db: Database
  /// Keeps a part before the next one is made.
  let store: (PartFile) throws -> Void

  private var parts: [SnapshotManifest.Part] = []

  init(stream: StreamRow, shape: SnapshotShape, in db: Database, store: @escaping (PartFile) throws -> Void) {
    self.stream = stream
    self.shape = shape
    self.db = db
    self.store = store
  }

  mutating func run() throws -> BuiltSnapshot {
    let front = try ChooseFront.run(stream: stream, shape: shape, in: db)
    try keep(PartFile(lines: Self.lines(front), rows: front.count, role: .front))
    var before = Int64.max
    while let month = try month(before: before) {
      try add(try records(of: month)[...], in: .all, of: month)
      before = month.start
    }
    return BuiltSnapshot(stream: stream, parts: parts)
  }

  /// The newest month before a moment that has records.
  private func month(before: Int64) throws -> SnapshotMonth? {
    try Int64.fetchOne(
      db.cachedStatement(sql: Self.monthSQL), arguments: ["stream": stream.id, "before": before]
    ).map { try SnapshotMonth(of: $0) }
  }

  private struct Record {
    let num: Int64
    let bytes: Int
  }

  private func records(of month: SnapshotMonth) throws -> [Record] {
    let arguments: StatementArguments = ["stream": stream.id, "start": month.start, "end": month.end]
    var records: [Record] = []
    let cursor = try Row.fetchCursor(db.cachedStatement(sql: Self.numbersSQL), arguments: arguments)
    while let row = try cursor.next() { records.append(Record(num: row["num"], bytes: row["bytes"])) }
    return records.sorted { $0.num < $1.num }
  }

  /// Makes one part of the records of a block or, where they are too many, some of each of its halves.
  private mutating func add(
    _ records: ArraySlice<Record>, in block: NumberBlock, of month: SnapshotMonth
  ) throws {
    guard let first = records.first, let last = records.last else { return }
    if records.count == 1 || records.reduce(0, { $0 + $1.bytes }) <= shape.rowBytes {
      let rows = try rows(from: first.num, to: last.num, of: month)
      let file = PartFile(lines: Self.lines(rows), rows: rows.count, span: month.name)
      if records.count == 1 || file.bytes.count <= shape.fileBytes { return try keep(file) }
    }
    let (low, high) = block.halves
    let middle = records.firstIndex { $0.num >= high.start } ?? records.endIndex
    try add(records[middle...], in: high, of: month)
    try add(records[..<middle], in: low, of: month)
  }

  private func rows(from first: Int64, to last: Int64, of month: SnapshotMonth) throws -> [Data] {
    try Data.fetchAll(
      db.cachedStatement(sql: Self.rowsSQL),
      arguments: [
        "stream": stream.id, "first": first, "last": last, "start": month.start, "end": month.end,
      ])
  }

  private mutating func keep(_ file: PartFile) throws {
    try store(file)
    parts.append(file.part)
  }

  private static func lines(_ rows: [Data]) -> Data {
    var lines = Data(capacity: rows.reduce(rows.count) { $0 + $1.count })
    for row in rows {
      lines.append(row)
      lines.append(UInt8(ascii: "\n"))
    }
    return lines
  }
}
