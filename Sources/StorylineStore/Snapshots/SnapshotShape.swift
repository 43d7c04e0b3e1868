/// How a snapshot is cut into parts.
struct SnapshotShape: Sendable {
  /// Articles in the front part.
  var frontArticles = 50
  /// Bytes of a part's rows before compression: what has to be in memory at once.
  var rowBytes = 2 * 1024 * 1024
  /// Bytes of a part's file. Only a part of one record may have more.
  var fileBytes = 1024 * 1024
}

/// A range of record numbers that two snapshots cut at the same places: an aligned block of 2^bits numbers.
struct NumberBlock: Equatable {
  /// All numbers that records can have.
  static let all = NumberBlock(start: 0, bits: 31)

  let start: Int64
  let bits: Int

  var halves: (low: NumberBlock, high: NumberBlock) {
    let size: Int64 = 1 << Int64(bits - 1)
    return (NumberBlock(start: start, bits: bits - 1), NumberBlock(start: start + size, bits: bits - 1))
  }
}
