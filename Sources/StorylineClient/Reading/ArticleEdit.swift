public import StorylineModels

/// What differs between two versions of an article, block by block.
public struct ArticleEdit: Codable, Hashable, Sendable, Identifiable {
  public var id: Identifier<Article>
  public var fromVersion: Int
  public var toVersion: Int
  /// nil where nothing differs.
  public var headline: TextChange?
  public var standfirst: TextChange?
  /// In the order of the newer version; a removed block stands where it stood.
  public var blocks: [BlockChange]

  public init(
    id: Identifier<Article>, fromVersion: Int, toVersion: Int, headline: TextChange? = nil,
    standfirst: TextChange? = nil, blocks: [BlockChange] = []
  ) {
    self.id = id
    self.fromVersion = fromVersion
    self.toVersion = toVersion
    self.headline = headline
    self.standfirst = standfirst
    self.blocks = blocks
  }

  public var isEmpty: Bool { headline == nil && standfirst == nil && blocks.isEmpty }

  /// One text before and after; empty where there was none.
  public struct TextChange: Codable, Hashable, Sendable {
    public var old: String
    public var new: String

    public init(old: String, new: String) {
      self.old = old
      self.new = new
    }
  }

  public enum BlockChange: Codable, Hashable, Sendable {
    case added(Block)
    case removed(Block)
    case changed(old: Block, new: Block)
  }
}

extension ArticleEdit {
  /// Compares two versions; blocks are the same if their ids are.
  public init(from old: Article, to new: Article) {
    self.init(id: new.id, fromVersion: old.version, toVersion: new.version)
    headline = Self.change(old.headline, new.headline)
    standfirst = Self.change(old.standfirst ?? "", new.standfirst ?? "")
    blocks = Self.changes(from: old.blocks, to: new.blocks)
  }

  private static func change(_ old: String, _ new: String) -> TextChange? {
    old == new ? nil : TextChange(old: old, new: new)
  }

  private static func changes(from old: [Block], to new: [Block]) -> [BlockChange] {
    let before = Dictionary(old.map { ($0.id, $0) }) { first, _ in first }
    let present = Set(new.map(\.id))
    let removed = removedBlocks(of: old, present: present)
    var changes = (removed[nil] ?? []).map(BlockChange.removed)
    for block in new {
      if let earlier = before[block.id] {
        if earlier != block { changes.append(.changed(old: earlier, new: block)) }
      } else {
        changes.append(.added(block))
      }
      changes += (removed[block.id] ?? []).map(BlockChange.removed)
    }
    return changes
  }

  /// By the block before them that is still there; nil is the beginning.
  private static func removedBlocks(
    of old: [Block], present: Set<Identifier<Block>>
  ) -> [Identifier<Block>?: [Block]] {
    var removed: [Identifier<Block>?: [Block]] = [:]
    var last: Identifier<Block>?
    for block in old {
      if present.contains(block.id) { last = block.id } else { removed[last, default: []].append(block) }
    }
    return removed
  }
}
