import Foundation
import GRDB
import StorylineModels

/// Holds a commit against the rule that readers are told of every change to the words of a published article.
///
/// The note is a new update about the article, in the same commit or waiting already, and it must come out with the
/// words or before them.
struct CheckNotes {
  static let wireSQL = """
    SELECT wire FROM content_record WHERE stream = :stream AND kind = :kind AND id = :id AND deleted = 0
    """

  let commit: PreparedCommit

  /// - Throws: `StoreError.notesMissing`.
  func run(in db: Database) throws {
    let changing = commit.drafts.map { ($0, Int64.min) } + commit.scheduled.map { ($0.draft, $0.at) }
    let missing = try changing.compactMap { draft, at -> (MissingNote, Int64)? in
      guard case .article(let now) = draft.entity, case .article(let before)? = try published(draft.key, in: db) else {
        return nil
      }
      return MissingNote(before: before, now: now).map { ($0, at) }
    }
    guard !missing.isEmpty else { return }
    let notes = try notes(in: db)
    let untold = missing.filter { note, at in !(notes[note.article] ?? []).contains { $0 <= at } }
    guard untold.isEmpty else { throw StoreError.notesMissing(untold.map(\.0)) }
  }

  /// By article: when its new updates come out.
  private func notes(in db: Database) throws -> [String: [Int64]] {
    var notes: [String: [Int64]] = [:]
    let add = { (entity: Entity, at: Int64) in
      guard case .update(let update) = entity, update.target.kind == .article else { return }
      let key = ContentKey(kind: .update, id: update.id.rawValue)
      if try published(key, in: db) == nil { notes[update.target.id, default: []].append(at) }
    }
    for draft in commit.drafts { try add(draft.entity, .min) }
    for item in commit.scheduled { try add(item.draft.entity, item.at) }
    let replaced = Set(
      commit.scheduled.map(\.draft.key) + commit.cancellations.map { ContentKey(kind: $0.kind, id: $0.id) })
    for record in try ReadSchedule.all(in: db) where record.kind == .update {
      guard !replaced.contains(ContentKey(kind: .update, id: record.id)) else { continue }
      try add(Entity(kind: record.kind, id: record.id, body: record.body), record.at.milliseconds)
    }
    return notes
  }

  private func published(_ key: ContentKey, in db: Database) throws -> Entity? {
    let arguments: StatementArguments = [
      "stream": EnsureInstance.contentStream, "kind": key.kind.rawValue, "id": key.id,
    ]
    guard let wire = try Data.fetchOne(db.cachedStatement(sql: Self.wireSQL), arguments: arguments) else { return nil }
    return try ContentChange(wire: RawJSON(validating: wire)).entity()
  }
}
