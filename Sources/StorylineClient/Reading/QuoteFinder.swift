import StorylineModels

/// Finds the words of a highlight in an article that may have been edited since.
struct QuoteFinder {
  /// A quote is looked for nearly only up to this length: it costs the product of both lengths.
  static let maximumFuzzy = 600
  /// Of a quote's characters, how many may differ.
  static let tolerance = 0.25

  let blocks: [(id: Identifier<Block>, text: [Character])]

  init(_ article: Article) { blocks = article.blocks.map { ($0.id, Array($0.shownText)) } }

  func placement(of highlight: Highlight) -> PlacedHighlight.Placement {
    let quote = Array(highlight.quote)
    guard !quote.isEmpty else { return .detached }
    if let own = blocks.first(where: { $0.id == highlight.block }),
      let range = exact(quote, in: own.text, highlight)?.range
    {
      return .exact(block: own.id, range: range)
    }
    let elsewhere = blocks.compactMap { block in
      exact(quote, in: block.text, highlight).map { (block.id, $0.range, $0.context) }
    }
    if let best = elsewhere.max(by: { $0.2 < $1.2 }) { return .moved(block: best.0, range: best.1) }
    return similar(quote, highlight.block)
  }

  /// Of several places the one whose surroundings are most like those of the highlight.
  private func exact(
    _ quote: [Character], in text: [Character], _ highlight: Highlight
  ) -> (range: Range<Int>, context: Int)? {
    guard text.count >= quote.count else { return nil }
    let prefix = Array(highlight.prefix ?? "")
    let suffix = Array(highlight.suffix ?? "")
    var best: (range: Range<Int>, context: Int)?
    for start in 0...(text.count - quote.count) where text[start] == quote[0] {
      let range = start..<(start + quote.count)
      guard text[range].elementsEqual(quote) else { continue }
      let before = zip(text[..<start].reversed(), prefix.reversed()).prefix { $0 == $1 }.count
      let after = zip(text[range.upperBound...], suffix).prefix { $0 == $1 }.count
      if before + after > best?.context ?? -1 { best = (range, before + after) }
    }
    return best
  }

  /// The place that differs least, if it differs little; the highlight's own block wins among equals.
  private func similar(_ quote: [Character], _ home: Identifier<Block>) -> PlacedHighlight.Placement {
    guard quote.count <= Self.maximumFuzzy else { return .detached }
    let limit = Int(Double(quote.count) * Self.tolerance)
    var best: (distance: Int, isElsewhere: Bool, block: Identifier<Block>, range: Range<Int>)?
    for block in blocks {
      guard let found = Self.nearest(quote, in: block.text), found.distance <= limit else { continue }
      let isElsewhere = block.id != home
      if let best, (best.distance, best.isElsewhere ? 1 : 0) <= (found.distance, isElsewhere ? 1 : 0) { continue }
      best = (found.distance, isElsewhere, block.id, found.range)
    }
    return best.map { .similar(block: $0.block, range: $0.range) } ?? .detached
  }

  /// The part of `text` with the least edit distance to `quote` (Sellers 1980).
  static func nearest(_ quote: [Character], in text: [Character]) -> (distance: Int, range: Range<Int>)? {
    guard !text.isEmpty else { return nil }
    // One column per character of the text: the distance of each beginning of the quote, and where that match began.
    var distances = Array(0...quote.count)
    var starts = Array(repeating: 0, count: quote.count + 1)
    var best: (distance: Int, range: Range<Int>)?
    for (end, character) in text.enumerated() {
      var diagonal = (distances[0], starts[0])
      (distances[0], starts[0]) = (0, end + 1)
      for row in 1...quote.count {
        let here = (distances[row], starts[row])
        var next = (diagonal.0 + (quote[row - 1] == character ? 0 : 1), row == 1 ? end : diagonal.1)
        if here.0 + 1 < next.0 { next = (here.0 + 1, here.1) }
        if distances[row - 1] + 1 < next.0 { next = (distances[row - 1] + 1, starts[row - 1]) }
        diagonal = here
        (distances[row], starts[row]) = next
      }
      if let found = best, found.distance <= distances[quote.count] { continue }
      let start = min(starts[quote.count], end)
      best = (distances[quote.count], start..<(end + 1))
    }
    return best
  }
}

extension Block {
  /// What a reader sees of it, one text per line.
  var shownText: String { texts.joined(separator: "\n") }
}
