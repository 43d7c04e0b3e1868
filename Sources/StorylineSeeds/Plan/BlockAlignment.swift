import StorylineModels

/// Gives blocks their ids, so that a block of an edited text keeps the id that evidence, highlights and reading
/// progress know it by.
enum BlockAlignment {
  /// `PREFIX1` to `PREFIXn`, for a text that was never published.
  static func fresh(_ drafts: [DraftBlock], prefix: String) -> [Block] {
    drafts.enumerated().map { $1.with(id: prefix + String($0 + 1)) }
  }

  /// Ids as near to those of the published text as can be.
  ///
  /// 1. Blocks that are equal keep their id, moved ones too.
  /// 2. Between two equal neighbours, changed blocks of one role keep theirs: by order if there are as many as
  ///    before, else those whose words are most alike.
  /// 3. Every other block is new and gets `newPrefix` and a number. The prefix holds the number of the article's new
  ///    version, so that no id comes again that an earlier version gave to other words.
  static func aligned(_ drafts: [DraftBlock], with stored: [Block], newPrefix: String) -> [Block] {
    let old = stored.map(Self.withoutID)
    let new = drafts.map(\.content)
    // Nothing changed, as in nearly every article of a plan.
    if old == new.map(withoutID) { return zip(drafts, stored).map { $0.with(id: $1.id.rawValue) } }
    var partner = common(old, new)
    let anchors = partner
    moved(old, new, &partner)
    for gap in gaps(anchors, oldCount: old.count) { pair(gap, old, new, &partner) }
    var taken = Set(stored.map(\.id.rawValue))
    var number = 0
    return drafts.indices.map { index in
      if let match = partner[index] { return drafts[index].with(id: stored[match].id.rawValue) }
      repeat { number += 1 } while !taken.insert(newPrefix + String(number)).inserted
      return drafts[index].with(id: newPrefix + String(number))
    }
  }

  static func withoutID(_ block: Block) -> Block {
    var block = block
    block.id = ""
    // Filled in from the headline of the article that it leads to.
    if block.role == .link, block.article != nil { block.title = nil }
    return block
  }

  /// For each new block the old one that a longest common subsequence gives it.
  private static func common(_ old: [Block], _ new: [Block]) -> [Int?] {
    let new = new.map(withoutID)
    let difference = new.difference(from: old)
    let removed = Set(difference.removals.compactMap { if case .remove(let offset, _, _) = $0 { offset } else { nil } })
    let added = Set(difference.insertions.compactMap { if case .insert(let offset, _, _) = $0 { offset } else { nil } })
    var kept = old.indices.filter { !removed.contains($0) }[...]
    return new.indices.map { added.contains($0) ? nil : kept.popFirst() }
  }

  private static func moved(_ old: [Block], _ new: [Block], _ partner: inout [Int?]) {
    let used = Set(partner.compactMap(\.self))
    var free: [Block: [Int]] = [:]
    for index in old.indices.reversed() where !used.contains(index) { free[old[index], default: []].append(index) }
    for index in new.indices where partner[index] == nil {
      partner[index] = free[withoutID(new[index])]?.popLast()
    }
  }

  private struct Gap {
    var old: Range<Int>
    var new: Range<Int>
  }

  /// The stretches between blocks that are equal in both texts.
  private static func gaps(_ anchors: [Int?], oldCount: Int) -> [Gap] {
    var gaps: [Gap] = []
    var start = (old: 0, new: 0)
    for (index, match) in anchors.enumerated() {
      guard let match else { continue }
      gaps.append(Gap(old: start.old..<match, new: start.new..<index))
      start = (match + 1, index + 1)
    }
    gaps.append(Gap(old: start.old..<oldCount, new: start.new..<anchors.count))
    return gaps.filter { !$0.old.isEmpty && !$0.new.isEmpty }
  }

  private static func pair(_ gap: Gap, _ old: [Block], _ new: [Block], _ partner: inout [Int?]) {
    let used = Set(partner.compactMap(\.self))
    let oldOnes = gap.old.filter { !used.contains($0) }
    let newOnes = gap.new.filter { partner[$0] == nil }
    if oldOnes.count == newOnes.count {
      for (was, now) in zip(oldOnes, newOnes) where old[was].role == new[now].role { partner[now] = was }
      return
    }
    for (was, now) in Likeness.pairs(oldOnes.map { old[$0] }, newOnes.map { new[$0] }) {
      partner[newOnes[now]] = oldOnes[was]
    }
  }
}
