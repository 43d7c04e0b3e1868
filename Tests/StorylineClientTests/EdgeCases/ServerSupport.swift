import Foundation
import GRDB
import StorylineClient
import StorylineModels
import StorylineSQLite
import StorylineTestSupport

import struct StorylineModels.Cursor

@testable import StorylineStore

// What the edge cases ask of the server's side, beyond `World`.

extension World {
  /// As many devices of the reader as asked for, all up to date.
  func devices(_ count: Int) async throws -> [Replica] {
    var replicas: [Replica] = []
    for node in 1...count {
      let replica = try replica(node: UInt64(node))
      _ = try await engine(replica).sync()
      replicas.append(replica)
    }
    return replicas
  }

  func sync(_ replicas: Replica...) async throws {
    for replica in replicas { _ = try await engine(replica).sync() }
  }

  var reader: ReaderID {
    get throws {
      guard let reader = ReaderID(credentials.accountID) else { throw Problem(.unauthorized) }
      return reader
    }
  }

  /// The database as it is now, as last night's backup has it.
  func backup() throws -> DatabaseQueue { try store.copy() }

  /// Puts a backup back while the service runs; nobody is told.
  func restore(_ backup: DatabaseQueue) throws { try backup.backup(to: store.database.writer) }

  /// The records that the server holds, deleted ones included.
  func serverRecords() async throws -> [LibraryRecord] {
    try await store.libraryPage(after: nil, empty: false, limit: nil, for: reader).changes
  }
}

extension Cursor {
  /// The same place, as a later release that makes another version of cursors would write it.
  func ofLaterVersion() -> Cursor? {
    guard var data = Data(base64URL: rawValue)?.dropLast(4) else { return nil }
    data[data.startIndex] = CursorCodec.version + 1
    data.append(bigEndian: Data(data).crc32)
    return Cursor(rawValue: data.base64URL)
  }
}
