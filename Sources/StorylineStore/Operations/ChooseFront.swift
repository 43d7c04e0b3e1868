import Foundation
import GRDB
import StorylineModels

/// Chooses what the front part holds: the story, its newest articles, the facts that rest on their words, the updates
/// of both, and what all of these name, one step far.
///
/// It stops when the part is full: what does not fit is in the part of its month like everything else. Facts and
/// updates are looked for from the end of the log back to the first publication of the oldest of the articles, because
/// nothing can rest on words that are not published yet; the work is the same however long the story is.
struct ChooseFront {
  static let storySQL = """
    SELECT num, wire FROM content_record WHERE stream = :stream AND kind = 'story' AND deleted = 0 ORDER BY id
    """
  static let articlesSQL = """
    SELECT num, id, first_at, wire FROM content_record WHERE stream = :stream AND pub > '' AND deleted = 0
    ORDER BY pub DESC LIMIT :limit
    """
  static let recentSQL = """
    SELECT num, kind, updated_at, wire FROM content_record WHERE stream = :stream AND deleted = 0
    ORDER BY seq DESC, kind DESC, id DESC
    """
  static let recordSQL = """
    SELECT num, wire FROM content_record WHERE stream = :stream AND kind = :kind AND id = :id AND deleted = 0
    """
  private static let kinds: Set<String> = Set(
    [ContentKind.event, .quote, .position, .commitment, .update].map(\.rawValue))

  let stream: StreamRow
  let shape: SnapshotShape

  private var rows: [Int64: Data] = [:]
  private var bytes = 0
  /// What the chosen records name, in the order in which it came up.
  private var named: [ContentKey] = []
  private var articles: Set<String> = []

  init(stream: StreamRow, shape: SnapshotShape) {
    self.stream = stream
    self.shape = shape
  }

  /// The rows in the order of their numbers.
  static func run(stream: StreamRow, shape: SnapshotShape, in db: Database) throws -> [Data] {
    var choice = ChooseFront(stream: stream, shape: shape)
    try choice.addStory(in: db)
    if let earliest = try choice.addArticles(in: db) { try choice.addRecent(since: earliest, in: db) }
    try choice.addNamed(in: db)
    return choice.rows.sorted { $0.key < $1.key }.map(\.value)
  }

  private mutating func addStory(in db: Database) throws {
    for row in try Row.fetchAll(db.cachedStatement(sql: Self.storySQL), arguments: ["stream": stream.id]) {
      add(row["num"], row["wire"])
    }
  }

  /// When the first of them was published; nil if there are none.
  private mutating func addArticles(in db: Database) throws -> Int64? {
    var earliest: Int64?
    let cursor = try Row.fetchCursor(
      db.cachedStatement(sql: Self.articlesSQL), arguments: ["stream": stream.id, "limit": shape.frontArticles])
    while let row = try cursor.next() {
      let wire: Data = row["wire"]
      guard add(row["num"], wire) else { break }
      articles.insert(row["id"])
      named += Self.entity(wire)?.references ?? []
      earliest = min(earliest ?? .max, row["first_at"])
    }
    return earliest
  }

  private mutating func addRecent(since earliest: Int64, in db: Database) throws {
    let cursor = try Row.fetchCursor(db.cachedStatement(sql: Self.recentSQL), arguments: ["stream": stream.id])
    while let row = try cursor.next(), row["updated_at"] as Int64 >= earliest {
      guard Self.kinds.contains(row["kind"]) else { continue }
      let wire: Data = row["wire"]
      guard let entity = Self.entity(wire), concernsArticles(entity) else { continue }
      guard add(row["num"], wire) else { return }
      named += entity.references
    }
  }

  private func concernsArticles(_ entity: Entity) -> Bool {
    if case .update(let update) = entity {
      return update.target.kind == .article && articles.contains(update.target.id)
    }
    return entity.evidence.contains { articles.contains($0.article.rawValue) }
  }

  private mutating func addNamed(in db: Database) throws {
    var seen: Set<ContentKey> = []
    for key in named where seen.insert(key).inserted {
      let row = try Row.fetchOne(
        db.cachedStatement(sql: Self.recordSQL),
        arguments: ["stream": stream.id, "kind": key.kind.rawValue, "id": key.id])
      guard let row else { continue }
      guard add(row["num"], row["wire"]) else { return }
    }
  }

  /// Whether there was room for it. The first row always has room.
  @discardableResult
  private mutating func add(_ num: Int64, _ wire: Data) -> Bool {
    guard rows[num] == nil else { return true }
    guard rows.isEmpty || bytes + wire.count <= shape.rowBytes else { return false }
    rows[num] = wire
    bytes += wire.count
    return true
  }

  /// nil for what this version cannot decode: it is in its month's part all the same.
  private static func entity(_ wire: Data) -> Entity? {
    try? RawJSON(validating: wire).asChange().entity()
  }
}

extension RawJSON {
  fileprivate func asChange() throws -> ContentChange { try ContentChange(wire: self) }
}

extension Entity {
  /// The other records that this one names, but for the story and for articles.
  fileprivate var references: [ContentKey] {
    switch self {
    case .article(let article):
      return Self.keys(.source, [article.source].compactMap { $0 } + (article.sources ?? []))
        + Self.keys(.actor, article.actors) + Self.keys(.update, article.updates ?? [])
        + Self.keys(.quote, article.blocks.compactMap(\.quote))
    case .event(let event): return Self.keys(.actor, event.actors)
    case .quote(let quote):
      return Self.keys(.actor, [quote.speaker]) + Self.keys(.event, [quote.event].compactMap { $0 })
    case .position(let position):
      return Self.keys(.actor, [position.actor] + [position.statedBy].compactMap { $0 })
        + Self.keys(.position, [position.supersedes].compactMap { $0 })
    case .commitment(let commitment):
      return Self.keys(.actor, commitment.from + commitment.to)
        + Self.keys(.commitment, [commitment.partOf].compactMap { $0 })
        + Self.keys(.event, [commitment.event].compactMap { $0 })
    case .story, .source, .actor, .update, .unknown: return []
    }
  }

  private static func keys<Value>(_ kind: ContentKind, _ ids: [Identifier<Value>]) -> [ContentKey] {
    ids.map { ContentKey(kind: kind, id: $0.rawValue) }
  }
}
