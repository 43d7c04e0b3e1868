import Foundation
import GRDB
import StorylineModels

/// What happened to a stream's history since an epoch.
struct EpochNews: Hashable, Sendable {
  static let restored = "restored"
  static let purged = "purged"

  var reasons: Set<String> = []
  var purgedBefore: Stamp?

  /// Of a past that we do not know: it counts as a restored backup, which loses nothing. It may lie before a purge.
  static func unknownPast(of stream: StreamRow) -> EpochNews {
    EpochNews(
      reasons: stream.purgedBefore == nil ? [restored] : [restored, purged], purgedBefore: stream.purgedBefore)
  }
}

/// Finds out which incarnation and generation an old epoch belonged to, and what has happened since.
struct ReadEpochNews {
  static let incarnationSQL = "SELECT old, new, reason FROM incarnation_change"
  static let generationSQL = """
    SELECT reason, purged_before FROM epoch_change WHERE stream = :stream AND generation > :generation
    """
  /// An epoch is a digest, so it is found by trying. Nobody erases a library so often that this would not do.
  private static let triedGenerations: Int64 = 64

  let stream: StreamRow
  let since: Data

  private typealias Successors = [Data: (new: Data, reason: String)]

  func run(in db: Database) throws -> EpochNews {
    let successors = try successors(in: db)
    guard let (incarnation, generation) = origin(among: successors) else { return .unknownPast(of: stream) }
    var news = try generations(since: generation, in: db)
    news.reasons.formUnion(incarnations(since: incarnation, successors))
    return news
  }

  private func successors(in db: Database) throws -> Successors {
    let rows = try Row.fetchAll(db.cachedStatement(sql: Self.incarnationSQL))
    return Dictionary(uniqueKeysWithValues: rows.map { ($0["old"], ($0["new"], $0["reason"])) })
  }

  private func origin(among successors: Successors) -> (incarnation: Data, generation: Int64)? {
    let oldest = max(0, stream.generation - Self.triedGenerations)
    for incarnation in [stream.incarnation] + successors.keys {
      for generation in (oldest...stream.generation).reversed()
      where stream.epochBytes(incarnation: incarnation, generation: generation) == since {
        return (incarnation, generation)
      }
    }
    return nil
  }

  private func generations(since generation: Int64, in db: Database) throws -> EpochNews {
    let statement = try db.cachedStatement(sql: Self.generationSQL)
    let rows = try Row.fetchAll(statement, arguments: ["stream": stream.id, "generation": generation])
    return EpochNews(
      reasons: Set(rows.map { $0["reason"] }),
      purgedBefore: rows.compactMap { ($0["purged_before"] as String?).flatMap(Stamp.init) }.max())
  }

  private func incarnations(since incarnation: Data, _ successors: Successors) -> Set<String> {
    var reasons: Set<String> = []
    var seen: Set<Data> = []
    var incarnation = incarnation
    while incarnation != stream.incarnation {
      guard let next = successors[incarnation], seen.insert(incarnation).inserted else {
        return reasons.union([EpochNews.restored])
      }
      reasons.insert(next.reason)
      incarnation = next.new
    }
    return reasons
  }
}
