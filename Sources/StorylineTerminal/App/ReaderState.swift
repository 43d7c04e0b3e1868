import StorylineClient
import StorylineModels

/// An open article and where its reader is in it.
struct ReaderState: Sendable {
  private(set) var opened: OpenedArticle
  private(set) var page: ReaderPage
  private(set) var layout: Layout
  /// The first row that is shown.
  var top = 0
  /// Whether the differences are shown instead of the text.
  private(set) var showsChanges = false
  /// Words that are looked for in it.
  private(set) var find: [String] = []
  /// The words that prove the fact somebody came from.
  private(set) var proof: Emphasis?
  /// The sentence that the reader is about to highlight.
  private(set) var sentence: Int?
  var sentences: [Sentence] { Sentence.all(in: opened.view.article) }
  /// Rows to go back to.
  var returns: [Int] = []
  private let names: Names
  private let dates: DateWords

  init(_ opened: OpenedArticle, names: Names, dates: DateWords, layout: Layout) {
    self.opened = opened
    self.names = names
    self.dates = dates
    self.layout = layout
    page = ReaderPage(opened, names: names, dates: dates, layout: layout, emphases: Self.highlights(of: opened))
  }

  var id: Identifier<Article> { opened.view.article.id }

  /// Sets it anew for another width, with the same words at the top.
  mutating func reflow(_ layout: Layout) {
    guard layout != self.layout else { return }
    self.layout = layout
    rebuild()
  }

  mutating func replace(_ opened: OpenedArticle) {
    self.opened = opened
    if opened.edit == nil { showsChanges = false }
    rebuild()
  }

  /// Marks every word that begins like one of these; returns how many rows have some.
  mutating func look(for words: [String]) -> Int {
    find = words
    rebuild()
    return page.rows(with: .hit).count
  }

  /// Marks the words that prove a fact.
  mutating func prove(_ evidence: Evidence) {
    proof = Emphasis(block: evidence.block, words: .exact(evidence.exact), ink: .hit)
    showsChanges = false
    find = []
    rebuild()
  }

  mutating func setShowsChanges(_ shows: Bool) {
    showsChanges = shows
    top = 0
    rebuild()
  }

  mutating func choose(sentence: Int?) {
    self.sentence = sentence
    rebuild()
  }

  /// The rows where the chosen sentence, or what was found, begins.
  func rows(with ink: Ink) -> [Int] { page.rows(with: ink) }

  /// How far somebody has read whose screen has so many rows: 0 to 1.
  func fraction(rows: Int) -> Double {
    let text = page.rows.lastIndex { $0.block != nil }.map { $0 + 1 } ?? page.rows.count
    return text == 0 ? 1 : min(1, Double(top + rows) / Double(text))
  }

  /// The last paragraph on the screen, counted from one: as far as `fraction` says.
  func paragraph(rows: Int) -> Int {
    max(1, page.starts.count { $0.row < top + rows })
  }

  private mutating func rebuild() {
    let place = page.place(at: top)
    let isBeforeText = page.starts.first.map { top < $0.row } ?? false
    if showsChanges, let edit = opened.edit {
      page = ReaderPage(changesOf: edit, layout: layout)
    } else {
      page = ReaderPage(opened, names: names, dates: dates, layout: layout, emphases: emphases)
    }
    if !isBeforeText, let place, let row = page.row(of: place.block, offset: place.offset) { top = row }
    top = min(top, max(0, page.rows.count - 1))
  }

  private var emphases: [Emphasis] {
    var emphases = Self.highlights(of: opened)
    if let proof { emphases.append(proof) }
    if !find.isEmpty { emphases.append(Emphasis(block: nil, words: .beginning(find), ink: .hit)) }
    if let sentence {
      let sentences = sentences
      guard sentences.indices.contains(sentence) else { return emphases }
      let chosen = sentences[sentence]
      emphases.append(Emphasis(block: chosen.block, words: .exact(chosen.text), ink: .hit))
    }
    return emphases
  }

  private static func highlights(of opened: OpenedArticle) -> [Emphasis] {
    opened.highlights.compactMap { highlight in
      switch highlight.placement {
      case .exact(let block, _), .moved(let block, _):
        return Emphasis(block: block, words: .exact(highlight.highlight.quote), ink: .highlight)
      case .similar(let block, let range):
        guard let text = opened.view.article.blocks.first(where: { $0.id == block })?.texts.joined(separator: "\n")
        else { return nil }
        let words = Array(text)
        guard range.upperBound <= words.count else { return nil }
        return Emphasis(block: block, words: .exact(String(words[range])), ink: .highlight)
      case .detached: return nil
      }
    }
  }
}
