/// A published article whose words change, and no new update says so.
public struct MissingNote: Hashable, Sendable {
  public var article: String
  public var headline: String
  public var fromVersion: Int
  public var toVersion: Int
  /// Those that are new or changed.
  public var blocks: [String]

  /// nil if readers would see the same words.
  public init?(before: Article, now: Article) {
    let same =
      before.headline == now.headline && before.standfirst == now.standfirst && before.blocks == now.blocks
      && before.byline == now.byline && before.dateline == now.dateline && before.status == now.status
    guard !same else { return nil }
    article = now.id.rawValue
    headline = now.headline
    fromVersion = before.version
    toVersion = now.version
    let old = Dictionary(before.blocks.map { ($0.id, $0) }) { first, _ in first }
    blocks = now.blocks.filter { old[$0.id] != $0 }.map(\.id.rawValue)
  }
}
