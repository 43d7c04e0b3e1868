import Foundation
import GRDB
import StorylineModels

/// Reads the highlights of an article and finds their places in it as it is now.
struct ReadHighlights {
  let article: Identifier<Article>

  func run(in db: Database) throws -> [PlacedHighlight] {
    let highlights = try db.rows("SELECT * FROM library WHERE kind = 'highlight' AND deleted = 0 ORDER BY id")
      .map { try LibraryRow(row: $0).record }
      .compactMap { record in record.decoded(as: Highlight.self).map { (record.id, $0) } }
      .filter { $0.1.article == article }
    guard !highlights.isEmpty else { return [] }
    let row = try db.row("SELECT body, reason FROM content WHERE kind = 'article' AND id = ?", [article.rawValue])
    let body: Data? = row?["body"]
    let present = body.flatMap { try? StorylineJSON.decode(Article.self, from: $0) }
    let finder = present.flatMap { $0.status == .withdrawn ? nil : QuoteFinder($0) }
    let isHidden = row != nil && body == nil && row?["reason"] == ContentChange.legalReason
    return highlights.map { id, highlight in
      PlacedHighlight(
        id: id, highlight: isHidden ? highlight.withoutWords : highlight,
        placement: finder?.placement(of: highlight) ?? .detached, isQuoteHidden: isHidden)
    }
  }
}

extension ContentChange {
  /// The reason of a removal after which not even a reader's excerpt may be shown.
  static let legalReason = "legal"
}

extension Highlight {
  fileprivate var withoutWords: Highlight {
    var hidden = self
    (hidden.quote, hidden.prefix, hidden.suffix) = ("", nil, nil)
    return hidden
  }
}
