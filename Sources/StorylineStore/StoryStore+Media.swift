public import Foundation
import GRDB
public import StorylineModels

extension StoryStore {
  /// Keeps an image; sent again it is the same one, under its new name.
  ///
  /// It is given out once a published record names it, and removed if none does within a day.
  ///
  /// - Throws: `StoreError.mediaInvalid`; then nothing was kept.
  @discardableResult
  public func keepMedia(_ bytes: Data, as id: MediaID, name: String) async throws -> MediaDescription {
    let keep = try KeepMedia(bytes, as: id, name: name, limit: options.limits.mediaBytes, now: options.now())
    try await write { db in try keep.run(in: db) }
    return keep.description
  }

  /// What is known of an image that a published record names; nil for every other, be it here or not.
  public func publishedMedia(_ id: MediaID) async throws -> MediaDescription? {
    try await read { db in try ReadMedia.find(id, published: true, in: db) }
  }

  /// What is known of an image that is here, whoever names it; for editors.
  public func media(_ id: MediaID) async throws -> MediaDescription? {
    try await read { db in try ReadMedia.find(id, published: false, in: db) }
  }

  /// The images that are here, in the order of their digests, at most `limit` of them; for editors.
  public func mediaList(after id: MediaID?, limit: Int) async throws -> MediaList {
    try await read { db in try ReadMedia.page(after: id, limit: limit, in: db) }
  }

  /// Some bytes of an image, piece by piece as they are asked for.
  ///
  /// - Parameter range: within the image's size.
  public func mediaBytes(of id: MediaID, range: Range<Int>) -> MediaBytes {
    MediaBytes(store: self, id: id, range: range)
  }

  /// Removes images that came more than `age` ago and that no record, be it past or to come, names.
  @discardableResult
  public func sweepMedia(olderThan age: Duration = .seconds(86_400)) async throws -> Int {
    let sweep = SweepMedia(before: options.now().milliseconds - age.components.seconds * 1000)
    return try await write { db in try sweep.run(in: db) }
  }

  /// Removes an image from the database for good. Commits that showed it cannot be undone any more.
  ///
  /// - Throws: `StoreError.mediaShown` while something published shows it, or something that waits for its time;
  ///   `.mediaGone` if it is not here.
  public func removeMedia(_ id: MediaID) async throws {
    try await write { db in try RemoveMedia(id: id).run(in: db) }
  }

  fileprivate func mediaPiece(_ position: Int, of id: MediaID) async throws -> Data {
    guard let piece = try await read({ db in try ReadMedia.piece(position, of: id, in: db) }) else {
      throw StoreError.mediaGone
    }
    return piece
  }
}

/// The bytes of an image in pieces; ends with `StoreError.mediaGone` if it is removed meanwhile.
public struct MediaBytes: AsyncSequence, Sendable {
  public typealias Element = Data

  fileprivate let store: StoryStore
  fileprivate let id: MediaID
  fileprivate let range: Range<Int>

  public func makeAsyncIterator() -> Iterator { Iterator(store: store, id: id, rest: range) }

  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let store: StoryStore
    fileprivate let id: MediaID
    fileprivate var rest: Range<Int>

    public mutating func next() async throws -> Data? {
      guard !rest.isEmpty else { return nil }
      let size = KeepMedia.pieceBytes
      let start = rest.lowerBound % size
      let piece = try await store.mediaPiece(rest.lowerBound / size, of: id).dropFirst(start).prefix(rest.count)
      guard !piece.isEmpty else { throw StoreError.damaged("a piece of the image \(id) is too short") }
      rest = rest.dropFirst(piece.count)
      return Data(piece)
    }
  }
}
