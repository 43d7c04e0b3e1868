import Foundation
public import StorylineModels
import StorylineSQLite

/// What could be saved of a damaged replica.
public struct RebuildReport: Codable, Hashable, Sendable {
  /// Library records that could be read.
  public var records: Int
  /// Of these, changes that the server did not have yet.
  public var unsent: Int
  /// Where the damaged file is now; to be deleted when nobody needs it any more.
  public var damagedPath: String

  public init(records: Int, unsent: Int, damagedPath: String) {
    self.records = records
    self.unsent = unsent
    self.damagedPath = damagedPath
  }
}

extension Replica {
  /// Puts a new replica in the place of a damaged one, with every mark that can still be read; the content is
  /// downloaded again. Nobody may have the file open.
  ///
  /// At every moment either the old file or the new one lies at `path`.
  public static func rebuild(
    at path: String, now: @escaping @Sendable () -> Timestamp = Timestamp.wallClock,
    random: @Sendable () -> UInt64 = { .random(in: .min ... .max) }
  ) throws -> RebuildReport {
    let salvaged = SalvagedReplica(path: path)
    let fresh = path + ".rebuild"
    let damaged = "\(path).damaged-\(now().milliseconds)"
    for file in [fresh, fresh + "-journal"] { try? FileManager.default.removeItem(atPath: file) }
    let replica = try open(at: fresh, now: now, random: random)
    try replica.storage.write { try salvaged.restore(in: $0) }
    try replica.close()
    do {
      let files = FileManager.default
      // A journal left beside the name would be rolled back into the new file.
      if files.fileExists(atPath: path + "-journal") {
        try files.moveItem(atPath: path + "-journal", toPath: damaged + "-journal")
      }
      try files.linkItem(atPath: path, toPath: damaged)
    } catch {
      throw ReplicaError.storage("the damaged file cannot be put aside: \(error.localizedDescription)")
    }
    guard rename(fresh, path) == 0 else {
      throw ReplicaError.storage("the new file cannot be put in place: \(String(cString: strerror(errno)))")
    }
    return RebuildReport(
      records: salvaged.rows.count, unsent: salvaged.rows.values.count { $0.isUnsent }, damagedPath: damaged)
  }
}
