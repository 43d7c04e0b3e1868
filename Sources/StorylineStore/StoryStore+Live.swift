public import StorylineModels

/// Where both of a reader's streams stand.
public struct StreamHeads: Hashable, Sendable {
  public var content: Cursor
  public var library: Cursor
}

/// What a device that may be up to date has to know.
public struct LiveNews: Hashable, Sendable {
  public var heads: StreamHeads
  /// Whether a cursor of the question is not the present one.
  public var isContentNew: Bool
  public var isLibraryNew: Bool
  public var isNew: Bool { isContentNew || isLibraryNew }
}

extension StoryStore {
  /// Where both streams stand now. Out of memory if they were asked for lately, without any work of the database.
  ///
  /// - Throws: `StoreError.unknownReader`.
  public func streamHeads(for reader: ReaderID) async throws -> StreamHeads {
    StreamHeads(content: try await contentStreamHead().cursor, library: try await libraryStreamHead(of: reader).cursor)
  }

  /// Whether a device with these cursors has something to fetch; nil is the cursor of who has nothing.
  ///
  /// A cursor of another history, or one ahead of the head, counts as news: the fetch that follows is told why.
  /// - Throws: `StoreError.cursorInvalid` for what is no cursor of the stream; `.unknownReader`.
  public func news(content: Cursor?, library: Cursor?, for reader: ReaderID) async throws -> LiveNews {
    let contentHead = try await contentStreamHead()
    let libraryHead = try await libraryStreamHead(of: reader)
    return LiveNews(
      heads: StreamHeads(content: contentHead.cursor, library: libraryHead.cursor),
      isContentNew: try isNew(contentHead, to: content == .start ? nil : content),
      isLibraryNew: try isNew(libraryHead, to: library))
  }

  /// To be called after the commit that revoked a device or erased an account: forgets what was remembered of it, and
  /// ends its live connections.
  ///
  /// - Parameter device: nil for all devices of the reader.
  public func endAccess(of reader: ReaderID, device: DeviceID? = nil) {
    tokens.forget(reader, device: device)
    if device == nil { heads.forget(.library(reader)) }
    changes.accessEnded(of: reader, device: device)
  }

  /// The same for all devices of the reader but one.
  func endAccess(of reader: ReaderID, but device: DeviceID) {
    tokens.forget(reader, device: nil)
    changes.accessEnded(of: reader, but: device)
  }

  /// To be called after any commit to the content stream whose new head is not at hand, and after its history changed.
  func noteContentChange() {
    heads.forget(.content)
    changes.contentMoved()
  }

  /// The same for a library.
  func noteLibraryChange(of reader: ReaderID) {
    heads.forget(.library(reader))
    changes.libraryMoved(of: reader)
  }

  /// The same for all streams and tokens at once.
  func forgetEverything() {
    heads.forgetAll()
    tokens.forgetAll()
    changes.everythingMoved()
  }

  func noteContent(movedTo head: StreamHead) {
    heads.moved(.content, to: head)
    changes.contentMoved()
  }

  func noteLibrary(of reader: ReaderID, movedTo head: StreamHead) {
    heads.moved(.library(reader), to: head)
    changes.libraryMoved(of: reader)
  }

  private func isNew(_ head: StreamHead, to cursor: Cursor?) throws -> Bool {
    guard let cursor, cursor != head.cursor else { return cursor == nil }
    let place = try CursorCodec.place(of: cursor)
    guard place.kind == head.place.kind, place.streamHash == head.place.streamHash else {
      throw StoreError.cursorInvalid("it belongs to another stream")
    }
    return true
  }

  private func contentStreamHead() async throws -> StreamHead {
    try await heads.head(of: .content) {
      try await read { db in try StreamHead(ReadStream.content(in: db).headCursor) }
    }
  }

  private func libraryStreamHead(of reader: ReaderID) async throws -> StreamHead {
    try await heads.head(of: .library(reader)) {
      try await read { db in try StreamHead(ReadStream.library(of: reader, in: db).headCursor) }
    }
  }
}
