import Foundation
import GRDB
import StorylineModels

/// Which images of the service the records name that are here now.
struct ReadMedia {
  static let sql = "SELECT body FROM content WHERE body IS NOT NULL"

  func run(in db: Database) throws -> Set<MediaID> {
    var media: Set<MediaID> = []
    let bodies = try Data.fetchCursor(db.cachedStatement(sql: Self.sql))
    while let body = try bodies.next() { media.formUnion(MediaID.named(in: try RawJSON(validating: body))) }
    return media
  }
}
