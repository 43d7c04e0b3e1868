import Foundation

/// The erasure ledger as a file. The database's lock keeps other processes away from it.
struct LedgerFile: Sendable {
  let path: String

  func append(_ erasure: Erasure) throws {
    let isNew = !FileManager.default.fileExists(atPath: path)
    let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw DurableFile.failure(path) }
    defer { Foundation.close(descriptor) }
    try cutTornLine(descriptor)
    try DurableFile.writeAll(Data(erasure.line.utf8), to: descriptor, path)
    guard fsync(descriptor) == 0 else { throw DurableFile.failure(path) }
    if isNew { try DurableFile.syncDirectory(of: path) }
  }

  /// - Throws: `StoreError.damaged` for a line that is none of ours: to skip it could bring somebody back.
  func erasures() throws -> [Erasure] {
    guard let text = try text() else { return [] }
    // What a crash left behind the last line end was never answered for.
    let lines = text.prefix(wholeBytes(of: text)).split(separator: UInt8(ascii: "\n"))
    return try lines.enumerated().map { number, line in
      let line = String(decoding: line, as: UTF8.self)
      guard let erasure = Erasure(line: line[...]) else {
        throw StoreError.damaged("line \(number + 1) of the erasure ledger \(path) is not understood")
      }
      return erasure
    }
  }

  private func text() throws -> Data? {
    do {
      return try Data(contentsOf: URL(filePath: path))
    } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
      return nil
    } catch {
      throw StoreError.permissions("\(path): the erasure ledger cannot be read")
    }
  }

  private func cutTornLine(_ descriptor: Int32) throws {
    guard let text = try text(), text.last != UInt8(ascii: "\n"), !text.isEmpty else { return }
    guard ftruncate(descriptor, off_t(wholeBytes(of: text))) == 0 else { throw DurableFile.failure(path) }
  }

  private func wholeBytes(of text: Data) -> Int {
    text.lastIndex(of: UInt8(ascii: "\n")).map { text.distance(from: text.startIndex, to: $0) + 1 } ?? 0
  }
}
