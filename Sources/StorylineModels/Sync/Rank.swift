public import Foundation

/// The total order of the versions of one library record: the higher rank wins, on every device and on the server.
///
/// Stamp first; of equal stamps (two copies of one device) a deletion wins, then the larger SHA-256 of the payload.
/// The payload itself is never read, so it may be sealed (protocol, 2.5).
public struct Rank: Hashable, Sendable, Comparable {
  public let stamp: Stamp
  public let deleted: Bool
  /// SHA-256 of the payload's UTF-8 bytes, 32 bytes; of a deletion without payload, of the empty string.
  public let payloadHash: Data

  public init(stamp: Stamp, deleted: Bool, payloadHash: Data) {
    self.stamp = stamp
    self.deleted = deleted
    self.payloadHash = payloadHash
  }

  public static func < (left: Self, right: Self) -> Bool {
    if left.stamp != right.stamp { return left.stamp < right.stamp }
    if left.deleted != right.deleted { return !left.deleted }
    return left.payloadHash.lexicographicallyPrecedes(right.payloadHash)
  }
}
