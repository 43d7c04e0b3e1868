import StorylineClient
import StorylineModels
import StorylineScreen

extension AppState {
  mutating func chooseSentence() -> [Effect] {
    guard var reader, !reader.sentences.isEmpty else { return nothing("There is no text to choose from.") }
    let place = reader.page.place(at: reader.top + 1)
    reader.choose(sentence: reader.sentences.firstIndex { $0.block == place?.block } ?? 0)
    replaceReader(reader)
    return nothing(Self.sentenceKeys)
  }

  private static let sentenceKeys = "j k choose · Enter highlight or not · Y copy · Esc leave"

  /// nil if the key means what it always means.
  mutating func sentenceKey(_ press: KeyPress) -> [Effect]? {
    guard var reader, let chosen = reader.sentence else { return nil }
    switch (press.key, press.modifiers) {
    case (.character("j"), []), (.down, _): return choose(sentence: chosen + 1)
    case (.character("k"), []), (.up, _): return choose(sentence: chosen - 1)
    case (.character("Y"), _), (.character("y"), []): return leaveSentence(copyQuote())
    case (.enter, _): return leaveSentence(highlight(reader.sentences[chosen], in: reader))
    case (.escape, _), (.character("v"), []), (.character("q"), []), (.character("h"), []), (.character("c"), .control):
      reader.choose(sentence: nil)
      replaceReader(reader)
      return []
    default: return nothing(Self.sentenceKeys)
    }
  }

  private mutating func choose(sentence: Int) -> [Effect] {
    guard var reader else { return [] }
    guard reader.sentences.indices.contains(sentence) else {
      return nothing(sentence < 0 ? "The first sentence." : "The last sentence.")
    }
    reader.choose(sentence: sentence)
    let rows = ScreenPlan(self).body.count
    let places = reader.rows(with: .hit)
    if let first = places.first, let last = places.last, first < reader.top || last >= reader.top + rows {
      reader.top = max(0, first - rows / 4)
    }
    replaceReader(reader)
    clampReader()
    return nothing(Self.sentenceKeys)
  }

  private mutating func leaveSentence(_ effects: [Effect]) -> [Effect] {
    guard var reader else { return effects }
    reader.choose(sentence: nil)
    replaceReader(reader)
    return effects
  }

  private func highlight(_ sentence: Sentence, in reader: ReaderState) -> [Effect] {
    if let held = reader.opened.highlights.first(where: { $0.highlight.quote == sentence.text }) {
      return [.removeHighlight(held.id, reader.id), .say("No longer highlighted.")]
    }
    return [
      .addHighlight(sentence.highlight(in: reader.id)), .say("Highlighted."),
    ]
  }

  // MARK: Copying

  func address(for action: Action) -> [Effect] {
    var address: String?
    if isReading { address = reader?.opened.view.article.url } else { address = chosenEntry?.fact?.sourceAddress }
    if address == nil, !isReading, let id = article?.id {
      // The list does not know the address of an article that is not open.
      address = readers.last { $0.id == id }?.opened.view.article.url
      if address == nil { return nothing("Open the article first.") }
    }
    guard let address, SafeAddress(address) != nil else { return nothing("It has no address on the web.") }
    return action == .browse ? [.browse(address)] : [.copy(address), .say("Copied \(address)")]
  }

  /// The chosen sentence, the chosen quote, or the headline, with where it comes from.
  func copyQuote() -> [Effect] {
    if isReading, let reader {
      let citation = Citation(article: reader.opened.view.article, names: data.names, dates: dates)
      let words =
        reader.sentence.map { reader.sentences[$0].text }
        ?? reader.opened.view.article.blocks
        .first { $0.role == .quote }?.texts.first
      guard let words else { return nothing("Choose a sentence first." + hint(.highlight, "does")) }
      return [.copy(citation.text(of: words)), .say("Copied with its source.")]
    }
    guard case .quote(let quote) = chosenEntry else {
      return nothing("Choose a quote, or open an article and choose a sentence.")
    }
    let speaker = [data.names.name(quote.speaker), quote.speakerTitle].compactMap(\.self).joined(separator: ", ")
    let about = [speaker, dates.words(quote.date), quote.occasion, quote.sourceUrl].compactMap(\.self)
    return [
      .copy("“\(InlineText(quote.text).plain)” — \(about.joined(separator: ", "))"), .say("Copied with its source."),
    ]
  }
}

/// Where some words come from, as one writes it behind them.
struct Citation {
  var article: Article
  var names: Names
  var dates: DateWords

  func text(of words: String) -> String {
    let source = article.source.map(names.name)
    let about = [
      PlainWords.list(article.byline), "“\(article.headline)”", source, article.publishedAt.map(dates.day), article.url,
    ]
    return "“\(words)” — " + about.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

/// An address that may be handed to a browser: https, without anything a shell or a terminal would take for its own.
struct SafeAddress: Hashable, Sendable {
  let text: String

  init?(_ text: String) {
    guard text.hasPrefix("https://") || text.hasPrefix("http://"), text.utf8.count < 2048,
      text.unicodeScalars.allSatisfy({ (0x21..<0x7F).contains($0.value) && !"\"'`<>\\^{}|".unicodeScalars.contains($0) }
      )
    else { return nil }
    self.text = text
  }
}
