public import GRDB

/// The version of the SQLite library.
public struct SQLiteVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let major: Int
  public let minor: Int
  public let patch: Int

  public init(major: Int, minor: Int, patch: Int) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// Asks the library behind `db`.
  public init(_ db: Database) throws {
    let text = try String.fetchOne(db, sql: "SELECT sqlite_version()") ?? ""
    let parts = text.split(separator: ".").map { Int($0) ?? 0 } + [0, 0, 0]
    self.init(major: parts[0], minor: parts[1], patch: parts[2])
  }

  /// Whether several processes may write and checkpoint one file with a write-ahead log.
  ///
  /// Before 3.51.3 (and its backports) two connections that do so at the same instant can lose a commit; see
  /// sqlite.org/wal.html#walresetbug.
  public var isWALResetFixed: Bool {
    self >= SQLiteVersion(major: 3, minor: 51, patch: 3)
      || (major == 3 && minor == 50 && patch >= 7) || (major == 3 && minor == 44 && patch >= 6)
  }

  public var description: String { "\(major).\(minor).\(patch)" }

  public static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
  }
}
