import StorylineModels

/// How full a library is, kept up to date while a push is applied.
struct LibraryUse: Sendable {
  var records: Int64
  var bytes: Int64

  /// The use after `mutation` took the place of `old`.
  func replacing(_ old: LibraryRow?, with mutation: CheckedMutation) -> LibraryUse {
    var use = self
    if let old, !old.record.deleted {
      use.records -= 1
      use.bytes -= old.bytes
    }
    if !mutation.rank.deleted {
      use.records += 1
      use.bytes += mutation.bytes
    }
    return use
  }

  /// Why the library may not grow from `self` to `next`; what shrinks it or leaves it as it is, is always fine.
  func problem(growingTo next: LibraryUse, limits: ServiceLimits) -> Problem? {
    if next.records > records, next.records > limits.libraryRecords {
      return Problem(
        .quotaExceeded, detail: "the library has no room for another record", limit: limits.libraryRecords,
        used: Int(records))
    }
    if next.bytes > bytes, next.bytes > limits.libraryBytes {
      return Problem(
        .quotaExceeded, detail: "the library has no room for more bytes", limit: limits.libraryBytes,
        used: Int(bytes))
    }
    return nil
  }
}
