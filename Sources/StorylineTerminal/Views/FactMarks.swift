import StorylineClient
import StorylineModels

/// The facts that rest on one article, each with a short mark (`E1`, `Q1`, `P1`, `C1`) in the order of the text.
struct FactMarks: Sendable {
  enum Fact: Hashable, Sendable {
    case event(Event), quote(Quote), position(Position), commitment(Commitment)

    var letter: String {
      switch self {
      case .event: "E"
      case .quote: "Q"
      case .position: "P"
      case .commitment: "C"
      }
    }

    var evidence: [Evidence] {
      switch self {
      case .event(let value): value.evidence
      case .quote(let value): value.evidence
      case .position(let value): value.evidence
      case .commitment(let value): value.evidence
      }
    }
  }

  struct Entry: Hashable, Sendable {
    var mark: String
    var fact: Fact
  }

  let entries: [Entry]
  /// Of each block: the words that prove something, and the mark behind them.
  private let places: [Identifier<Block>: [(exact: String, mark: String)]]

  init(_ facts: ArticleFacts, in article: Article) {
    let all =
      facts.events.map(Fact.event) + facts.quotes.map(Fact.quote) + facts.positions.map(Fact.position)
      + facts.commitments.map(Fact.commitment)
    let placed = all.map { fact in
      (
        fact: fact, place: Self.place(of: fact, in: article),
        evidence: fact.evidence.filter { $0.article == article.id }
      )
    }.sorted { $0.place < $1.place }
    var counts: [String: Int] = [:]
    var entries: [Entry] = []
    var places: [Identifier<Block>: [(exact: String, mark: String)]] = [:]
    for item in placed {
      counts[item.fact.letter, default: 0] += 1
      let mark = item.fact.letter + String(counts[item.fact.letter, default: 0])
      entries.append(Entry(mark: mark, fact: item.fact))
      for evidence in item.evidence { places[evidence.block, default: []].append((evidence.exact, mark)) }
    }
    self.entries = entries
    self.places = places
  }

  /// `markdown`, a text of the block, as spans with a mark behind every group of words that proves something.
  func spans(_ markdown: String, in block: Identifier<Block>) -> [Span] {
    let runs = InlineText(markdown).runs
    let plain = runs.map(\.text).joined()
    var insertions: [Int: [String]] = [:]
    for place in places[block] ?? [] where !place.exact.isEmpty {
      guard let range = plain.firstRange(of: place.exact) else { continue }
      var end = range.upperBound
      // Behind the full stop or the closing quotation mark that belongs to the words.
      while end < plain.endIndex, ".,;:!?”’»\")".contains(plain[end]) { end = plain.index(after: end) }
      let offset = plain.distance(from: plain.startIndex, to: end)
      if insertions[offset]?.contains(place.mark) != true { insertions[offset, default: []].append(place.mark) }
    }
    return Self.insert(insertions, into: runs)
  }

  private static func insert(_ insertions: [Int: [String]], into runs: [InlineText.Run]) -> [Span] {
    var spans: [Span] = []
    var offset = 0
    for run in runs {
      var rest = Substring(run.text)
      let end = offset + run.text.count
      for place in insertions.keys.sorted() where place > offset && place <= end {
        let part = rest.prefix(place - offset)
        spans += InlineSpans.of([InlineText.Run(text: String(part), style: run.style, link: run.link)])
        spans += (insertions[place] ?? []).map { Span("[\($0)]", .mark) }
        rest = rest.dropFirst(place - offset)
        offset = place
      }
      if !rest.isEmpty {
        spans += InlineSpans.of([InlineText.Run(text: String(rest), style: run.style, link: run.link)])
      }
      offset = end
    }
    return spans
  }

  /// Where in the article the first evidence of a fact stands: the block, then the character in its texts.
  private static func place(of fact: Fact, in article: Article) -> (Int, Int) {
    let places = fact.evidence.filter { $0.article == article.id }.compactMap { evidence -> (Int, Int)? in
      guard let index = article.blocks.firstIndex(where: { $0.id == evidence.block }) else { return nil }
      let text = article.blocks[index].texts.joined(separator: "\n")
      let start = text.firstRange(of: evidence.exact)?.lowerBound ?? text.endIndex
      return (index, text.distance(from: text.startIndex, to: start))
    }
    return places.min { $0 < $1 } ?? (article.blocks.count, 0)
  }
}
