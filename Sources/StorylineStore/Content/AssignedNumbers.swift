import StorylineModels

/// The numbers that the records of one commit get at their first publication: `num` for all, `pub` for articles.
struct AssignedNumbers {
  /// Clients of the GReader family read ids into 32 signed bits.
  static let maximumNum = Int64(Int32.max)

  private var numbers: [ContentKey: Int] = [:]
  private var pubs: [ContentKey: String] = [:]
  private(set) var lastNum: Int64
  private(set) var lastPub: String?

  /// Articles get their order keys by the date their publisher gave them, then by id; the undated stand last.
  init(_ writes: [PlanPublication.Write], stream: StreamRow, at: Int64, random: () -> UInt64) throws {
    lastNum = stream.lastNum
    lastPub = stream.lastPub
    let fresh = writes.filter { $0.stored == nil }.map(\.draft)
    guard Int64(fresh.count) <= Self.maximumNum - lastNum else {
      throw StoreError.unexpected("all record numbers below 2^31 are used up")
    }
    for draft in fresh {
      lastNum += 1
      numbers[draft.key] = Int(lastNum)
    }
    let unplaced = writes.filter { $0.draft.key.kind == .article && $0.stored?.pub == nil }.map(\.draft)
    for draft in unplaced.sorted(by: Self.isPublishedBefore) {
      let pub = ULID.following(lastPub, at: at, random: random).description
      pubs[draft.key] = pub
      lastPub = pub
    }
  }

  func numbers(of write: PlanPublication.Write) -> (num: Int, pub: String?) {
    let key = write.draft.key
    return (write.stored?.num ?? numbers[key] ?? 0, write.stored?.pub ?? pubs[key])
  }

  private static func isPublishedBefore(_ left: ContentDraft, _ right: ContentDraft) -> Bool {
    let latest = Timestamp(milliseconds: .max)
    return (left.publishedAt ?? latest, left.key.id) < (right.publishedAt ?? latest, right.key.id)
  }
}

extension ULID {
  /// A new id, above the last one even where the clock stood still or went back: later publications sort later.
  fileprivate static func following(_ last: String?, at milliseconds: Int64, random: () -> UInt64) -> ULID {
    let fresh = ULID(milliseconds: milliseconds, random: random)
    guard let last = last.flatMap({ ULID($0) }), fresh <= last else { return fresh }
    return last.next
  }
}
