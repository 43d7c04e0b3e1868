/// One line of a raw document without what a page put into it for its browser: tags, entities, invisible characters,
/// no-break spaces, and full stops that lost the space behind them. Quotation marks stay as they are.
struct TextRepair: Hashable {
  let text: String
  /// What was done, in words for the editor; empty if nothing was.
  let changes: [String]
  /// An entity that stands for a character which no text may contain; it stays as it was written.
  let forbidden: String?

  init(_ line: String) {
    var text = line
    var changes: [String] = []
    if text.utf8.contains(UInt8(ascii: "<")) { text = Self.withoutTags(text, &changes) }
    let entities = text.utf8.contains(UInt8(ascii: "&")) ? EntityText(text) : nil
    if let entities, entities.count > 0 {
      text = entities.text
      changes.append("decoded \(Wording.count(entities.count, "entity", "entities"))")
    }
    text = Self.withoutInvisible(text, &changes)
    text = Self.spaced(text, &changes)
    self.text = TextRules.normalised(text)
    self.changes = changes
    forbidden = entities?.forbidden
  }

  /// Leaves a line alone except for its white space.
  init(unrepaired line: String) {
    text = TextRules.normalised(line)
    changes = []
    forbidden = nil
  }

  private static let tags: Set<String> = [
    "a", "abbr", "article", "aside", "b", "blockquote", "br", "button", "center", "cite", "code", "dd", "del", "div",
    "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i",
    "iframe", "img", "ins", "label", "li", "mark", "nav", "noscript", "ol", "p", "picture", "pre", "q", "s", "script",
    "section", "small", "source", "span", "strike", "strong", "style", "sub", "sup", "table", "tbody", "td", "th",
    "thead", "time", "tr", "u", "ul", "video",
  ]

  /// Only what is surely a tag: “5 < 6” and “<name>” are words.
  private static func withoutTags(_ line: String, _ changes: inout [String]) -> String {
    var kept = ""
    var removed: [String] = []
    var rest = Substring(line)
    while let open = rest.firstIndex(of: "<") {
      kept += rest[..<open]
      rest = rest[open...]
      guard let end = tagEnd(rest) else {
        kept.append("<")
        rest = rest.dropFirst()
        continue
      }
      removed.append(String(rest[..<end]))
      // Tags that end a line of a page end a word here.
      if !kept.isEmpty, kept.last != " ", isBreak(rest[..<end]) { kept.append(" ") }
      rest = rest[end...]
    }
    guard !removed.isEmpty else { return line }
    let shown = removed.prefix(3).map { "“\(Wording.short($0, limit: 24))”" }.joined(separator: " ")
    changes.append("removed \(Wording.count(removed.count, "tag")) \(shown)\(removed.count > 3 ? " …" : "")")
    return kept + rest
  }

  /// Where the tag that `text` begins with ends; of a script or a style with all that it holds.
  private static func tagEnd(_ text: Substring) -> Substring.Index? {
    if text.hasPrefix("<!--") { return text.firstRange(of: "-->")?.upperBound }
    let inner = text.dropFirst().drop { $0 == "/" }
    let name = inner.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }.lowercased()
    guard tags.contains(name), let close = text.firstIndex(of: ">") else { return nil }
    let behind = inner.dropFirst(name.count).first
    guard behind == ">" || behind == "/" || behind?.isWhitespace == true else { return nil }
    let end = text.index(after: close)
    guard ["script", "style"].contains(name), !text.hasPrefix("</") else { return end }
    return text[end...].firstRange(of: "</\(name)>")?.upperBound ?? end
  }

  private static func isBreak(_ tag: Substring) -> Bool {
    let name = tag.dropFirst().drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }.lowercased()
    return ["br", "p", "div", "li", "td", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"].contains(name)
  }

  private static func withoutInvisible(_ line: String, _ changes: inout [String]) -> String {
    guard line.utf8.contains(where: { $0 >= 0x80 }) else { return line }
    var kept = String.UnicodeScalarView()
    var counts = (soft: 0, zero: 0, space: 0)
    for scalar in line.unicodeScalars {
      switch scalar.value {
      case 0xAD: counts.soft += 1
      case 0x200B, 0x2060, 0xFEFF: counts.zero += 1
      case 0xA0, 0x202F, 0x2007:
        counts.space += 1
        kept.append(" ")
      default: kept.append(scalar)
      }
    }
    if counts.soft > 0 { changes.append("removed \(Wording.count(counts.soft, "soft hyphen"))") }
    if counts.zero > 0 { changes.append("removed \(Wording.count(counts.zero, "character")) of no width") }
    if counts.space > 0 { changes.append("made \(Wording.count(counts.space, "no-break space")) plain") }
    return changes.isEmpty ? line : String(kept)
  }

  /// Puts a space between two sentences that a page ran together: a word, its full stop, and a capitalised word.
  private static func spaced(_ line: String, _ changes: inout [String]) -> String {
    let marks = line.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "!") || $0 == UInt8(ascii: "?") }
    guard marks else { return line }
    var count = 0
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map { word -> String in
      guard !word.contains("://"), !word.hasPrefix("www."), !word.contains("@"), !word.contains("/") else {
        return String(word)
      }
      return spacedWord(Array(word), &count)
    }
    guard count > 0 else { return line }
    changes.append("put \(Wording.count(count, "space")) behind a full stop")
    return words.joined(separator: " ")
  }

  private static func spacedWord(_ word: [Character], _ count: inout Int) -> String {
    var text = ""
    for (index, character) in word.enumerated() {
      text.append(character)
      var stop = index
      // In “…here.”The next” the mark stands inside the quotation.
      if "”»".contains(character) { stop -= 1 }
      guard stop >= 2, ".!?".contains(word[stop]), word[stop - 1].isLowercase, word[stop - 2].isLetter else { continue }
      var next = index + 1
      if stop == index, next < word.count, "“«".contains(word[next]) { next += 1 }
      guard next < word.count, word[next].isUppercase else { continue }
      guard next + 1 == word.count || word[next + 1].isLowercase else { continue }
      text.append(" ")
      count += 1
    }
    return text
  }
}

/// A text with its HTML entities decoded, once.
struct EntityText {
  private(set) var text = ""
  private(set) var count = 0
  private(set) var forbidden: String?

  private static let names: [String: String] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "shy": "\u{AD}",
    "ndash": "–", "mdash": "—", "hellip": "…", "lsquo": "‘", "rsquo": "’", "sbquo": "‚", "ldquo": "“", "rdquo": "”",
    "bdquo": "„", "laquo": "«", "raquo": "»", "bull": "•", "middot": "·", "euro": "€", "pound": "£", "yen": "¥",
    "cent": "¢", "copy": "©", "reg": "®", "trade": "™", "deg": "°", "times": "×", "frac12": "½", "sect": "§",
    "eacute": "é", "egrave": "è", "agrave": "à", "ccedil": "ç", "ouml": "ö", "auml": "ä", "uuml": "ü", "Ouml": "Ö",
    "Auml": "Ä", "Uuml": "Ü", "szlig": "ß", "oslash": "ø", "aring": "å", "aacute": "á", "iacute": "í", "oacute": "ó",
    "uacute": "ú", "ntilde": "ñ", "ensp": " ", "emsp": " ", "thinsp": " ", "zwnj": "", "zwj": "", "lrm": "", "rlm": "",
  ]

  init(_ source: String) {
    var rest = Substring(source)
    while let mark = rest.firstIndex(of: "&") {
      text += rest[..<mark]
      rest = rest[mark...]
      let name = rest.dropFirst().prefix(10).prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "#") }
      guard rest[name.endIndex...].first == ";", let decoded = Self.decoded(name) else {
        text.append("&")
        rest = rest.dropFirst()
        continue
      }
      let whole = rest[...name.endIndex]
      rest = rest[whole.endIndex...]
      if TextRules.forbidden(in: decoded) != nil {
        forbidden = forbidden ?? String(whole)
        text += whole
      } else {
        text += decoded
        count += 1
      }
    }
    text += rest
  }

  private static func decoded(_ name: Substring) -> String? {
    guard name.hasPrefix("#") else { return names[String(name)] }
    let digits = name.dropFirst()
    let isHex = digits.hasPrefix("x") || digits.hasPrefix("X")
    return UInt32(isHex ? digits.dropFirst() : digits, radix: isHex ? 16 : 10).flatMap(Unicode.Scalar.init)
      .map { String(Character($0)) }
  }
}
