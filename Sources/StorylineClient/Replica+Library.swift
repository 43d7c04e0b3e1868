public import StorylineModels

/// Undo, reading progress and highlights.
extension Replica {
  /// Takes a marking back by writing new versions; what was changed since, by whomever, is left alone and named.
  ///
  /// The result's `redo` takes that back in its turn.
  @discardableResult
  public func undo(_ token: UndoToken) throws -> UndoResult {
    let result = try storage.write { try UndoMarking(token: token, wall: now()).run(in: $0) }
    for kind in Set(result.redo.keys.map(\.kind)) { storage.hub.noteEdit(kind) }
    return result
  }

  /// Notes how far an article was read; writes nothing if that is known already.
  public func setProgress(_ progress: Progress, article: Identifier<Article>) throws {
    let key = LibraryKey(kind: .progress, id: article.rawValue)
    guard try record(key)?.decoded(as: Progress.self) != progress else { return }
    try write(progress, id: article.rawValue)
  }

  /// How far an article was read, on whichever device; nil if that was not noted.
  public func progress(of article: Identifier<Article>) throws -> Progress? {
    try record(LibraryKey(kind: .progress, id: article.rawValue))?.decoded(as: Progress.self)
  }

  /// The reader's highlights in an article, each with the place where its words stand now.
  public func highlights(of article: Identifier<Article>) throws -> [PlacedHighlight] {
    try storage.read { try ReadHighlights(article: article).run(in: $0) }
  }

  /// An id for a highlight or a note that does not exist yet: a ULID.
  public func newRecordID() -> String {
    let tail = (0..<10).map { _ in UInt8.random(in: .min ... .max) }
    return ULID.text(milliseconds: UInt64(max(0, now().milliseconds)), tail: tail)
  }

  /// The reader's notes on an article, the oldest first.
  public func notes(of article: Identifier<Article>) throws -> [Note] {
    try storage.read { try ReadNotes(article: article).run(in: $0) }
  }

  /// What differs between an article as the reader saw it at `visit` and as it is now; nil if nothing does, or the
  /// older version is not held.
  public func edit(of article: Identifier<Article>, since visit: Visit?) throws -> ArticleEdit? {
    try storage.read { try ReadEdit(id: article, visit: visit).run(in: $0) }
  }

  /// What differs between an article as the reader marked it read, else as it was before its last correction, and as it
  /// is now; nil if nothing does, or no older version is held.
  public func lastEdit(of article: Identifier<Article>) throws -> ArticleEdit? {
    try storage.read { try ReadLastEdit(id: article).run(in: $0) }
  }
}
