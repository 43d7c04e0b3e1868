import Foundation
import GRDB
import StorylineModels

/// Looks for words in the replica; nobody else learns what was looked for.
struct SearchContent {
  let words: String
  let limit: Int

  func run(in db: Database) throws -> [SearchHit] {
    guard let query = Self.query(for: words), limit > 0 else { return [] }
    return try db.rows(
      """
      SELECT c.kind, c.id, c.title, snippet(search, -1, char(2), char(3), '…', 24) AS snippet
      FROM search JOIN content c ON c.key = search.rowid
      WHERE search MATCH ? ORDER BY bm25(search, 8.0, 1.0), c.kind, c.id LIMIT ?
      """, [query, limit]
    ).map {
      SearchHit(
        kind: ContentKind(rawValue: $0["kind"]), id: $0["id"], title: $0["title"] ?? "",
        snippet: Snippet(marked: $0["snippet"]))
    }
  }

  /// Every word in quotation marks, so that nothing a reader types is read as an operator; nil if there is no word.
  static func query(for words: String) -> String? {
    let terms = words.precomposedStringWithCanonicalMapping.split { character in
      !character.unicodeScalars.contains { isLetterOrNumber($0) }
    }
    .prefix(16).map { term in
      // A character may be a letter with marks; other signs in it would be operators or the ends of strings.
      "\"" + String(String.UnicodeScalarView(term.unicodeScalars.filter(isWordScalar).prefix(64))) + "\"*"
    }
    return terms.isEmpty ? nil : terms.joined(separator: " AND ")
  }

  private static func isLetterOrNumber(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    isLetterOrNumber(scalar) || scalar.properties.isDiacritic
      || [.nonspacingMark, .spacingMark, .enclosingMark].contains(scalar.properties.generalCategory)
  }
}

extension Snippet {
  private static let start: Character = "\u{2}"
  private static let end: Character = "\u{3}"

  /// `text` without the control characters that mark matches, or end a string early, and composed.
  ///
  /// SQLite leaves marks out: “é” is found by “e”, and “Ки́їв” by “Київ”. It knows й, ї and ё as letters of their own,
  /// which they are, but only as one scalar each; written as two they would lose what makes them another letter.
  static func searchable(_ text: String) -> String {
    String(
      text.precomposedStringWithCanonicalMapping.map {
        $0.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" } ? " " : $0
      })
  }

  /// Reads what FTS5 marked.
  init(marked: String) {
    var text = ""
    var matches: [Range<Int>] = []
    var open: Int?
    var count = 0
    for character in marked {
      switch character {
      case Self.start: open = count
      case Self.end:
        if let begin = open { matches.append(begin..<count) }
        open = nil
      default:
        text.append(character.isNewline ? " " : character)
        count += 1
      }
    }
    self.init(text: text, matches: matches)
  }
}
