public import Foundation
import GRDB
import StorylineGzip
public import StorylineModels

public import struct StorylineModels.Cursor

extension StoryStore {
  /// Notes that a reader wants all that is stored of the library; `exportFile` gives it out for a day.
  ///
  /// - Throws: `StoreError.unknownReader`.
  public func createExport(for reader: ReaderID) async throws -> LibraryExport {
    let now = options.now()
    return try await write { db in try ExportLibrary.create(for: reader, now: now, in: db) }
  }

  /// The export's file in pieces: a gzip file of lines of JSON, each a `LibraryExportLine`.
  ///
  /// The pieces are made one by one as they are asked for, of the library as it is then: a record that changes in the
  /// meantime may come a second time, later. An erasure in the meantime ends the file with an error.
  ///
  /// - Throws: `StoreError.unknownExport` if there is none of this reader with this id, or its day is over.
  public func exportFile(_ id: String, for reader: ReaderID) async throws -> ExportFile {
    let now = options.now()
    try await read { db in try ExportLibrary.find(id, of: reader, now: now, in: db) }
    return ExportFile(store: self, reader: reader)
  }

  fileprivate func exportedDevices(of reader: ReaderID) async throws -> [LibraryExportLine] {
    try await read { db in try ExportLibrary.devices(of: reader, in: db) }
  }
}

/// The pieces of an export's file. Each is a gzip member of its own; together they are one file (RFC 1952, 2.2).
public struct ExportFile: AsyncSequence, Sendable {
  public typealias Element = Data

  fileprivate let store: StoryStore
  fileprivate let reader: ReaderID

  public func makeAsyncIterator() -> Iterator { Iterator(store: store, reader: reader) }

  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let store: StoryStore
    fileprivate let reader: ReaderID
    private var state = State.records(after: nil)

    private enum State {
      case records(after: Cursor?)
      case devices
      case end
    }

    fileprivate init(store: StoryStore, reader: ReaderID) {
      self.store = store
      self.reader = reader
    }

    public mutating func next() async throws -> Data? {
      switch state {
      case .records(let after):
        let page = try await store.libraryPage(after: after, empty: false, limit: nil, for: reader)
        state = page.more ? .records(after: page.cursor) : .devices
        return try Self.member(page.changes.map { LibraryExportLine(record: $0) })
      case .devices:
        state = .end
        return try Self.member(try await store.exportedDevices(of: reader))
      case .end:
        return nil
      }
    }

    private static func member(_ lines: [LibraryExportLine]) throws -> Data {
      var text = Data()
      for line in lines { text += try StorylineJSON.encode(line) + Data("\n".utf8) }
      return Gzip.compressed(text)
    }
  }
}
