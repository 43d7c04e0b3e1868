/// What differs between two texts, word by word.
public struct WordDiff: Hashable, Sendable {
  public struct Run: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case same, removed, added }

    public var kind: Kind
    public var text: String

    public init(_ kind: Kind, _ text: String) {
      self.kind = kind
      self.text = text
    }
  }

  /// Longer texts are shown as a whole before and a whole after: a comparison costs the product of words and changes.
  static let maximumWords = 4_000

  /// What is removed stands before what is added in its place. The same and added runs are the new text, the same and
  /// removed ones the old.
  public let runs: [Run]

  public init(from old: String, to new: String) {
    let (before, after) = (Self.words(of: old), Self.words(of: new))
    guard before.count + after.count <= Self.maximumWords else {
      runs = [Run(.removed, old), Run(.added, new)]
      return
    }
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in after.difference(from: before) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    runs = Self.runs(before, removed, after, added)
  }

  private static func runs(
    _ before: [Substring], _ removed: Set<Int>, _ after: [Substring], _ added: Set<Int>
  ) -> [Run] {
    var runs: [Run] = []
    func append(_ kind: Run.Kind, _ word: Substring) {
      if runs.last?.kind == kind { runs[runs.count - 1].text += word } else { runs.append(Run(kind, String(word))) }
    }
    var (old, new) = (0, 0)
    while old < before.count || new < after.count {
      if old < before.count, removed.contains(old) {
        append(.removed, before[old])
        old += 1
      } else if new < after.count, added.contains(new) {
        append(.added, after[new])
        new += 1
      } else {
        append(.same, after[new])
        old += 1
        new += 1
      }
    }
    return runs
  }

  /// Words, and what stands between them one character at a time, so that a comma alone can differ.
  private static func words(of text: String) -> [Substring] {
    var words: [Substring] = []
    var start = text.startIndex
    for index in text.indices where !(text[index].isLetter || text[index].isNumber) {
      if start < index { words.append(text[start..<index]) }
      words.append(text[index...index])
      start = text.index(after: index)
    }
    if start < text.endIndex { words.append(text[start...]) }
    return words
  }
}
