import Foundation
import GRDB
import StorylineModels

/// Keeps bytes of a part, if they go on from those that we have.
struct KeepPartBytes {
  let sha256: String
  let start: Int
  let bytes: Data

  func run(in db: Database) throws {
    guard let part = try BootstrapRow.fetch(db)?.part(sha256), try !BootstrapRow.isStaged(sha256, in: db),
      try BootstrapRow.received(sha256, in: db) == start
    else { return }
    try db.run(
      "INSERT INTO part_download (sha256, start, bytes) VALUES (?, ?, ?)",
      [sha256, start, Data(bytes.prefix(part.bytes - start))])
  }
}
