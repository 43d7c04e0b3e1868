import Foundation

/// Compressed forms of bodies that many ask for, so that the work is done once. Bounded in bytes.
///
/// A form is found by what is in the body and not by its address: after a retraction the address of a page is the same
/// and its bytes are not, and what was taken back must not come out of here.
final class CompressedBodies: @unchecked Sendable {
  private struct Key: Hashable {
    let coding: ContentCoding
    let count: Int
    /// By the library's keyed hash, whose key nobody outside this process knows.
    let hash: Int
  }

  private let halfLimit: Int
  private let lock = NSLock()
  // `lock` guards these, which is what makes the class safe to share.
  private var young: [Key: Data] = [:]
  private var old: [Key: Data] = [:]
  private var youngBytes = 0

  /// - Parameter limit: Bytes that are kept at most.
  init(limit: Int = 32 * 1024 * 1024) { halfLimit = limit / 2 }

  /// How much is kept now.
  var bytes: Int { lock.withLock { young.values.reduce(0) { $0 + $1.count } + old.values.reduce(0) { $0 + $1.count } } }

  func compressed(_ body: Data, by coding: ContentCoding) -> Data? {
    var hasher = Hasher()
    body.withUnsafeBytes { hasher.combine(bytes: $0) }
    let key = Key(coding: coding, count: body.count, hash: hasher.finalize())
    if let known = lock.withLock({ use(key) }) { return known }
    guard let data = coding.compressed(body) else { return nil }
    lock.withLock { keep(data, for: key) }
    return data
  }

  private func use(_ key: Key) -> Data? {
    if let data = young[key] { return data }
    guard let data = old.removeValue(forKey: key) else { return nil }
    keep(data, for: key)
    return data
  }

  private func keep(_ data: Data, for key: Key) {
    guard data.count <= halfLimit, young[key] == nil else { return }
    if youngBytes + data.count > halfLimit {
      (old, young, youngBytes) = (young, [:], 0)
    }
    young[key] = data
    youngBytes += data.count
  }
}
