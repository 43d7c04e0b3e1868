/// A dictionary of at most `capacity` entries, of which those that were used least lately go first.
///
/// Two generations instead of a list of uses: what is used moves to the young one, and when that is half of the whole,
/// the old one is dropped. Each operation takes constant time.
package struct RecentEntries<Key: Hashable, Value> {
  private let halfCapacity: Int
  private var young: [Key: Value] = [:]
  private var old: [Key: Value] = [:]

  package init(capacity: Int) { halfCapacity = max(1, capacity / 2) }

  package var count: Int { young.count + old.count }

  /// The entry, which then counts as used.
  package mutating func use(_ key: Key) -> Value? {
    if let value = young[key] { return value }
    guard let value = old[key] else { return nil }
    set(value, for: key)
    return value
  }

  package func contains(_ key: Key) -> Bool { young[key] != nil || old[key] != nil }

  package mutating func set(_ value: Value, for key: Key) {
    old[key] = nil
    if young[key] == nil, young.count >= halfCapacity {
      old = young
      young = [:]
    }
    young[key] = value
  }

  package mutating func remove(_ key: Key) {
    young[key] = nil
    old[key] = nil
  }

  package mutating func removeAll(where isGone: (Value) -> Bool) {
    young = young.filter { !isGone($0.value) }
    old = old.filter { !isGone($0.value) }
  }
}
