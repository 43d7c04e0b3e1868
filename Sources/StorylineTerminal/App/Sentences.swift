import StorylineModels

/// The sentences of an article, to be chosen one by one.
struct Sentence: Hashable, Sendable {
  var block: Identifier<Block>
  var text: String
  /// What stands before and after it in its text, for finding it again after an edit.
  var prefix: String
  var suffix: String

  /// Characters of context that are kept.
  private static let context = 32

  func highlight(in article: Identifier<Article>) -> Highlight {
    Highlight(article: article, block: block, quote: text, prefix: prefix, suffix: suffix)
  }

  static func all(in article: Article) -> [Sentence] {
    article.blocks.flatMap { block in
      block.texts.flatMap { text -> [Sentence] in
        let characters = Array(text)
        return ranges(in: characters).map { range in
          Sentence(
            block: block.id, text: String(characters[range]),
            prefix: String(characters[max(0, range.lowerBound - context)..<range.lowerBound]),
            suffix: String(characters[range.upperBound..<min(characters.count, range.upperBound + context)]))
        }
      }
    }
  }

  /// A sentence ends with its mark, before a space and something that can begin the next one.
  static func ranges(in text: [Character]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    var index = 0
    while index < text.count {
      guard ".!?…。！？".contains(text[index]) else {
        index += 1
        continue
      }
      var end = index + 1
      while end < text.count, "”’»\")".contains(text[end]) { end += 1 }
      let isWide = "。！？".contains(text[index])
      let next = end < text.count && text[end] == " " ? end + 1 : end
      let begins = next < text.count && (text[next].isUppercase || text[next].isNumber || "“‘«\"(".contains(text[next]))
      if end == text.count || isWide || next > end && begins && !isInitial(text, index) {
        ranges.append(start..<end)
        start = next
        index = next
      } else {
        index = end
      }
    }
    if start < text.count { ranges.append(start..<text.count) }
    return ranges.filter { range in text[range].contains { $0.isLetter || $0.isNumber } }
  }

  /// Whether the full stop belongs to a single letter, as in “J. Smith”.
  private static func isInitial(_ text: [Character], _ index: Int) -> Bool {
    guard text[index] == ".", index > 0, text[index - 1].isUppercase else { return false }
    return index == 1 || !text[index - 2].isLetter
  }
}
