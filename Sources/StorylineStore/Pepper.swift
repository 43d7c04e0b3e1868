public import Foundation

/// 32 secret bytes that key all digests in the store: without them a copy of the database is of no use to a thief.
public struct Pepper: Sendable, CustomStringConvertible {
  static let length = 32

  let bytes: Data

  /// - Throws: `StoreError.malformed` unless `bytes` are exactly 32.
  public init(bytes: Data) throws(StoreError) {
    guard bytes.count == Self.length else {
      throw .malformed("a pepper has \(Self.length) bytes, not \(bytes.count)")
    }
    self.bytes = bytes
  }

  private init(trusted bytes: Data) { self.bytes = bytes }

  public static func random() -> Pepper { Pepper(trusted: .random(count: length)) }

  /// Reads the pepper at `path`, or makes one there that only its owner can read.
  ///
  /// - Throws: `StoreError.permissions` if others may read the file, `StoreError.malformed` if it is no pepper.
  public static func loadOrCreate(at path: String) throws -> Pepper {
    if let pepper = try SecretFile.read(at: path).map({ bytes throws(StoreError) in try Pepper(file: bytes, path) }) {
      return pepper
    }
    let pepper = random()
    if try SecretFile.create(at: path, pepper.bytes) { return pepper }
    // Another process made one between our two looks; theirs counts.
    guard let theirs = try SecretFile.read(at: path) else { throw StoreError.permissions("\(path) comes and goes") }
    return try Pepper(file: theirs, path)
  }

  private init(file bytes: Data, _ path: String) throws(StoreError) {
    guard bytes.count == Self.length else {
      throw .malformed("\(path) is not a pepper file: it has \(bytes.count) bytes, not \(Self.length)")
    }
    self.init(trusted: bytes)
  }

  /// Never the bytes: a pepper must not get into a log.
  public var description: String { "Pepper(…)" }
}
