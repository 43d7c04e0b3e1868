import Foundation
import StorylineModels

/// Words that stand out in a text: what was looked for, what proves a fact, what the reader highlighted.
struct Emphasis: Hashable, Sendable {
  enum Words: Hashable, Sendable {
    /// Exactly these, where they stand first.
    case exact(String)
    /// Every word that begins so, whatever the case and the accents.
    case beginning([String])
  }

  /// nil means in every block.
  var block: Identifier<Block>?
  var words: Words
  var ink: Ink

  /// `spans` with the words in their ink; marks between them count as nothing.
  func applied(to spans: [Span], in block: Identifier<Block>) -> [Span] {
    if let own = self.block, own != block { return spans }
    let text = spans.filter { $0.ink != .mark }.map(\.text).joined()
    let ranges = ranges(in: Array(text))
    return ranges.isEmpty ? spans : Self.cut(spans, at: ranges, ink)
  }

  /// Where the words stand, in characters, in order and apart.
  func ranges(in text: [Character]) -> [Range<Int>] {
    switch words {
    case .exact(let words):
      let wanted = Array(SafeWords.of(words))
      guard !wanted.isEmpty, wanted.count <= text.count else { return [] }
      let start = (0...(text.count - wanted.count)).first { text[$0] == wanted[0] && text[$0...].starts(with: wanted) }
      return start.map { [$0..<($0 + wanted.count)] } ?? []
    case .beginning(let words): return Self.beginnings(words.map(Self.folded), in: text)
    }
  }

  private static func beginnings(_ words: [[Character]], in text: [Character]) -> [Range<Int>] {
    let isWord = { (character: Character) in character.isLetter || character.isNumber }
    var ranges: [Range<Int>] = []
    var start = 0
    while start < text.count {
      guard isWord(text[start]) else {
        start += 1
        continue
      }
      var end = start
      while end < text.count, isWord(text[end]) { end += 1 }
      let word = folded(String(text[start..<end]))
      if let hit = words.filter({ !$0.isEmpty && word.starts(with: $0) }).max(by: { $0.count < $1.count }) {
        ranges.append(start..<min(end, start + hit.count))
      }
      start = end
    }
    return ranges
  }

  private static func folded(_ text: String) -> [Character] {
    Array(text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil))
  }

  private static func cut(_ spans: [Span], at ranges: [Range<Int>], _ ink: Ink) -> [Span] {
    var result: [Span] = []
    var offset = 0
    for span in spans {
      guard span.ink != .mark else {
        result.append(span)
        continue
      }
      let characters = Array(span.text)
      var position = 0
      while position < characters.count {
        let place = offset + position
        let hit = ranges.first { $0.contains(place) }
        let next = hit?.upperBound ?? ranges.first { $0.lowerBound > place }?.lowerBound ?? Int.max
        let end = min(characters.count, next == Int.max ? Int.max : next - offset)
        result.append(
          Span(String(characters[position..<end]), hit == nil ? span.ink : ink, link: span.link))
        position = end
      }
      offset += characters.count
    }
    return result
  }
}

/// Text as spans show it.
enum SafeWords {
  static func of(_ text: String) -> String { Span(text).text }
}
