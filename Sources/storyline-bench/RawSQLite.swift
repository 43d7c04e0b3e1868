import Foundation
import GRDB
import StorylineModels

/// The least that SQLite itself needs for the same work: a table, a prepared statement, `synchronous=FULL`.
struct RawSQLite {
  private let pool: DatabasePool

  init(path: String) throws {
    pool = try DatabasePool(path: path)
    try pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
      try db.execute(
        sql: """
          CREATE TABLE mark(reader INTEGER, kind TEXT, id TEXT, stamp TEXT, payload TEXT, PRIMARY KEY(reader, kind, id));
          CREATE TABLE body(kind TEXT, id TEXT, rev INTEGER, body BLOB, PRIMARY KEY(kind, id))
          """)
    }
  }

  /// Upserts `rows` marks in each transaction, one durable transaction after another.
  func transactionsPerSecond(rows: Int, for duration: Duration) throws -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    var count = 0
    try pool.writeWithoutTransaction { db in
      let statement = try db.cachedStatement(
        sql: """
          INSERT INTO mark VALUES (1, 'read', ?, ?, '{"read":true}')
          ON CONFLICT DO UPDATE SET stamp = excluded.stamp, payload = excluded.payload
          """)
      while clock.now - start < duration {
        try db.inTransaction(.immediate) {
          for row in 0..<rows {
            try statement.execute(arguments: ["article-\((count * rows + row) % 2_000)", "\(count)"])
          }
          return .commit
        }
        count += 1
      }
    }
    return Double(count) / ((clock.now - start).milliseconds / 1000)
  }

  /// Inserts bodies in transactions of a page's size.
  func insertBodies(_ records: [ContentChange]) throws {
    try pool.writeWithoutTransaction { db in
      let statement = try db.cachedStatement(sql: "INSERT INTO body VALUES (?, ?, ?, ?)")
      for first in stride(from: 0, to: records.count, by: 40) {
        try db.inTransaction(.immediate) {
          for record in records[first..<min(first + 40, records.count)] {
            try statement.execute(arguments: [record.kind.rawValue, record.id, record.rev, record.body?.data])
          }
          return .commit
        }
      }
    }
  }
}
