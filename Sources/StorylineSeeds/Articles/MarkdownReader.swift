import StorylineModels

/// Reads the Markdown subset of `docs/seed-format.md`. What is not in the subset is a fault, not a guess.
struct MarkdownReader {
  private let file: String
  private var text = ReadText()
  private var open: OpenBlock?

  /// A block that the next line may go on with.
  private enum OpenBlock {
    case paragraph([String], line: Int)
    case list(style: String, items: [String], line: Int)
    case quote([String], attribution: String?, line: Int)
  }

  private init(file: String) { self.file = file }

  static func read(_ lines: [NumberedLine], facts: Facts, file: String) -> ReadText {
    var reader = MarkdownReader(file: file)
    for line in lines { reader.take(line, hasHeadline: facts.text("headline") != nil) }
    reader.close()
    return reader.text
  }

  private mutating func take(_ line: NumberedLine, hasHeadline: Bool) {
    let content = TextRules.normalised(line.text)
    if content.isEmpty {
      close()
      return note(line, .blank, "", block: false)
    }
    if let column = TextRules.placeholder(in: line.text) {
      text.faults.append(TextRules.placeholderFault(at: Place(file: file, line: line.number, column: column)))
    }
    if goOn(line, content) { return }
    if let words = MarkdownRules.unescapedLine(content) { return takeText(line, words) }
    if let objection = MarkdownRules.objection(to: line.text, content: content) { return refuse(line, objection) }
    if content.hasPrefix("#") { return takeHeading(line, content, hasHeadline: hasHeadline) }
    if let item = MarkdownRules.item(content) { return takeItem(line, item) }
    if content.hasPrefix(">") { return takeQuote(line, content) }
    if content.hasPrefix("[["), content.hasSuffix("]]") { return takeLink(line, content) }
    if content.hasPrefix("!["), content.hasSuffix(")") { return takeImage(line, content) }
    if let title = RawRules.alsoRead(content), open == nil {
      note(line, .link, "begins with words that point to another article")
      return text.blocks.append(.link(title: title, line: line.number))
    }
    takeText(line, content)
  }

  /// Lines that belong to an open list item.
  private mutating func goOn(_ line: NumberedLine, _ content: String) -> Bool {
    guard case .list(let style, var items, let start)? = open, line.text.hasPrefix("  "),
      MarkdownRules.item(content) == nil
    else { return false }
    items[items.count - 1] += " " + content
    open = .list(style: style, items: items, line: start)
    note(line, .list, "goes on with the entry above")
    return true
  }

  private mutating func takeHeading(_ line: NumberedLine, _ content: String, hasHeadline: Bool) {
    close()
    let marks = content.prefix { $0 == "#" }.count
    let words = TextRules.normalised(String(content.dropFirst(marks)))
    switch marks {
    case 1 where !hasHeadline && text.headline == nil && text.blocks.isEmpty:
      text.headline = words
      note(line, .headline, "“# ” before the text", block: false)
    case 2...3:
      note(line, .heading, "“\(String(repeating: "#", count: marks)) ”")
      text.blocks.append(.heading(words, level: marks, line: line.number))
    default:
      refuse(line, "section headings begin with “## ” or “### ”")
    }
  }

  private mutating func takeItem(_ line: NumberedLine, _ item: (style: String, text: String)) {
    if case .list(let style, let items, let start)? = open, style == item.style {
      open = .list(style: style, items: items + [item.text], line: start)
    } else {
      close()
      open = .list(style: item.style, items: [item.text], line: line.number)
    }
    note(line, .list, item.style == "number" ? "a number and a full stop" : "“- ”")
  }

  private mutating func takeQuote(_ line: NumberedLine, _ content: String) {
    let words = TextRules.normalised(String(content.dropFirst()))
    var lines: [String] = []
    var start = line.number
    if case .quote(let earlier, let attribution, let first)? = open, attribution == nil {
      (lines, start) = (earlier, first)
    } else {
      close()
    }
    if let name = MarkdownRules.attribution(words), !lines.isEmpty {
      note(line, .attribution, "“> — ” below a quotation")
      open = .quote(lines, attribution: name, line: start)
    } else {
      note(line, .quote, "“> ”")
      open = .quote(words.isEmpty ? lines : lines + [words], attribution: nil, line: start)
    }
  }

  private mutating func takeLink(_ line: NumberedLine, _ content: String) {
    close()
    let parts = content.dropFirst(2).dropLast(2).split(separator: "|", maxSplits: 1).map {
      TextRules.normalised(String($0))
    }
    guard let id = parts.first, Slug.isValid(id) else { return refuse(line, "“[[…]]” needs the id of an article") }
    note(line, .link, "“[[…]]”")
    text.blocks.append(.link(title: parts.count > 1 ? parts[1] : nil, article: id, line: line.number))
    let place = place(line)
    text.references.append(Reference(kind: .article, id: id, key: "[[…]]", place: place))
  }

  private mutating func takeImage(_ line: NumberedLine, _ content: String) {
    close()
    guard let image = MarkdownRules.image(content) else {
      guard !MarkdownRules.hasSpaceInAddress(content) else {
        return refuse(line, "the address of an image has no spaces in it: rename the file, and write its new name here")
      }
      return refuse(line, "an image is written ![what it shows](media/… \"caption\" \"credit\")")
    }
    let place = place(line)
    if let objection = MediaReference.objection(to: image.url ?? "") {
      text.faults.append(Fault(objection.rule, at: place, objection.message, advice: objection.advice))
      return note(line, .fault, "its address is none that readers may be sent to", block: false)
    }
    if let file = MediaReference(image.url ?? "", at: self.place(ofAddressIn: line)) { text.media.append(file) }
    if image.alt == nil {
      text.faults.append(
        Fault(
          .warning, .altText, at: place, "the image has no text for those who cannot see it",
          advice: "write it between the square brackets"))
    }
    note(line, .image, "“![…](…)”")
    text.blocks.append(DraftBlock(image, line: line.number))
  }

  private mutating func takeText(_ line: NumberedLine, _ content: String) {
    if case .paragraph(let lines, let start)? = open {
      note(line, .paragraph, "goes on from line \(start)")
      open = .paragraph(lines + [content], line: start)
    } else {
      close()
      note(line, .paragraph, "running text")
      open = .paragraph([content], line: line.number)
    }
  }

  private mutating func close() {
    switch open {
    case .paragraph(let lines, let line)?:
      text.blocks.append(.paragraph(lines.joined(separator: " "), line: line))
    case .list(let style, let items, let line)?:
      text.blocks.append(DraftBlock(Block(id: "", role: .list, style: style, items: items), line: line))
    case .quote(let lines, let name, let line)?:
      let words = lines.joined(separator: " ")
      text.blocks.append(DraftBlock(Block(id: "", role: .quote, text: words, attribution: name), line: line))
    case nil: break
    }
    open = nil
  }

  private mutating func refuse(_ line: NumberedLine, _ message: String) {
    close()
    note(line, .fault, message, block: false)
    text.faults.append(
      Fault(
        .markdown, at: place(line), message,
        advice: "see docs/seed-format.md for what a text may contain"))
  }

  /// Where the line's text begins.
  private func place(_ line: NumberedLine) -> Place {
    Place(file: file, line: line.number, column: 1 + line.text.unicodeScalars.prefix { $0 == " " || $0 == "\t" }.count)
  }

  private func place(ofAddressIn line: NumberedLine) -> Place {
    let start = line.text.firstRange(of: "](")?.upperBound ?? line.text.startIndex
    return Place(file: file, line: line.number, column: 1 + line.text[..<start].unicodeScalars.count)
  }

  /// Called before the block of the line is appended: an open block gets the number after the last one.
  private mutating func note(_ line: NumberedLine, _ role: LineRole, _ reason: String, block: Bool = true) {
    let id = block ? "b\(text.blocks.count + 1)" : nil
    text.lines.append(ReadLine(number: line.number, text: line.text, role: role, reason: reason, block: id))
  }
}
