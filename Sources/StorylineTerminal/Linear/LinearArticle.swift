import StorylineClient
import StorylineModels

/// What somebody does with one article line by line: finds words in it, hears its links and its changes, marks it.
struct LinearArticle {
  let opened: OpenedArticle
  let names: Names
  let dates: DateWords

  /// nil if there is no such article any more.
  init?(_ id: Identifier<Article>, of replica: Replica, names: Names, dates: DateWords) throws {
    guard let opened = try OpenedArticle.read(id, from: replica) else { return nil }
    self.opened = opened
    self.names = names
    self.dates = dates
  }

  private var article: Article { opened.view.article }

  var sentences: [Sentence] { Sentence.all(in: article) }

  /// The sentences with a word that begins like each of `words`, whatever the case and the accents.
  func sentences(with words: [String]) -> [Sentence] {
    sentences.filter { sentence in
      let text = Array(sentence.text)
      return words.allSatisfy { word in
        !Emphasis(block: nil, words: .beginning([word]), ink: .hit).ranges(in: text).isEmpty
      }
    }
  }

  /// As it is said: with what the eye would see of it.
  func words(of sentence: Sentence) -> String {
    let isHighlighted = highlight(of: sentence) != nil
    return (isHighlighted ? "highlighted: " : "") + InlineText(sentence.text).plain
  }

  func highlight(of sentence: Sentence) -> PlacedHighlight? {
    opened.highlights.first { $0.highlight.quote == sentence.text }
  }

  /// The facts that rest on the article, each with the words that prove it.
  var facts: [String] {
    let words = FactWords(names: names, dates: dates)
    return FactMarks(opened.view.facts, in: article).entries.map { entry in
      let proofs = entry.fact.evidence.filter { $0.article == article.id }.map { "“\($0.exact)”" }
      let said = Line(words.spans(entry.fact)).text
      let isEnded = said.hasSuffix(".”") || said.last.map(".!?".contains) == true
      return said + (isEnded ? " " : ". ") + "Proved by: " + proofs.joined(separator: ", ")
    }
  }

  /// The notes, and highlights whose words are gone.
  var notes: [String] {
    opened.notes.map { "Note: \($0.text)" }
      + opened.highlights.filter { $0.placement == .detached && !$0.isQuoteHidden }.map {
        "Highlighted, and no longer in the text: \($0.highlight.quote)"
      }
  }

  /// What differs from the version of the last visit, word by word; empty if nothing does.
  var changes: [String] {
    guard let edit = opened.edit else { return [] }
    var lines = ["Changed from version \(edit.fromVersion) to version \(edit.toVersion)."]
    if let headline = edit.headline { lines.append("Headline: " + Self.diff(headline.old, headline.new)) }
    if let standfirst = edit.standfirst { lines.append("Standfirst: " + Self.diff(standfirst.old, standfirst.new)) }
    for change in edit.blocks {
      switch change {
      case .added(let block): lines.append("New paragraph: " + Self.text(block))
      case .removed(let block): lines.append("Paragraph removed: " + Self.text(block))
      case .changed(let old, let new): lines.append("Paragraph changed: " + Self.diff(Self.text(old), Self.text(new)))
      }
    }
    return lines
  }

  private static func text(_ block: Block) -> String { block.texts.joined(separator: " ") }

  /// What went and what came is said where it stands.
  static func diff(_ old: String, _ new: String) -> String {
    WordDiff(from: InlineText(old).plain, to: InlineText(new).plain).runs.map { run in
      let words = run.text.trimmingPrefix(while: \.isWhitespace)
      switch run.kind {
      case .same: return run.text
      case .removed: return " (removed: \(words)) "
      case .added: return " (added: \(words)) "
      }
    }.joined()
  }
}
