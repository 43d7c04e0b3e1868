import StorylineClient
import StorylineModels

/// An article set for a width, every line with the place in the text that it shows.
struct ReaderPage: Sendable {
  struct Row: Hashable, Sendable {
    var line: Line
    /// nil outside of the text.
    var block: Identifier<Block>?
    /// Characters of the block before this line.
    var offset = 0
  }

  let rows: [Row]
  /// Of each block with lines: the first one.
  let starts: [(block: Identifier<Block>, row: Int)]
  /// Blocks that were changed since the last visit or by a correction.
  let changed: Set<Identifier<Block>>

  init(_ opened: OpenedArticle, names: Names, dates: DateWords, layout: Layout, emphases: [Emphasis]) {
    let article = opened.view.article
    let page = ArticlePage(view: opened.view, names: names, dates: dates)
    let marks = FactMarks(opened.view.facts, in: article)
    let setter = BlockSetter(marks: marks, layout: layout, emphases: emphases)
    var rows = (page.head(layout) + page.about(layout) + [.empty]).map { Row(line: $0) }
    var starts: [(block: Identifier<Block>, row: Int)] = []
    var dateline = article.dateline
    for block in article.blocks {
      let opensWith = block.role == .paragraph ? dateline : nil
      let lines = setter.lines(block, dateline: opensWith)
      if lines.isEmpty { continue }
      if opensWith != nil { dateline = nil }
      starts.append((block.id, rows.count))
      rows += Self.rows(lines, of: block.id)
      rows.append(Row(line: .empty, block: block.id, offset: .max))
    }
    let tail = [Self.notes(opened, layout), page.links(layout), page.facts(marks, layout), page.foot(layout)]
    let end = Array(tail.filter { !$0.isEmpty }.joined(separator: [.empty]))
    self.rows = rows + end.map { Row(line: $0) }
    self.starts = starts
    changed = Self.changedBlocks(opened)
  }

  /// The differences between an earlier version and this one.
  init(changesOf edit: ArticleEdit, layout: Layout) {
    let lines = EditPage(edit: edit).lines(layout)
    rows = lines.map { Row(line: $0) }
    starts = []
    changed = []
  }

  /// Where a place in the text stands: the last line that begins at or before it.
  func row(of block: Identifier<Block>, offset: Int) -> Int? {
    guard let first = rows.firstIndex(where: { $0.block == block }) else { return nil }
    var row = first
    while row + 1 < rows.count, rows[row + 1].block == block, rows[row + 1].offset <= offset { row += 1 }
    return row
  }

  /// The place that a line shows, or the next one in the text below it.
  func place(at row: Int) -> (block: Identifier<Block>, offset: Int)? {
    let below = rows.dropFirst(row).first { $0.block != nil } ?? rows.last { $0.block != nil }
    return below.flatMap { row in row.block.map { ($0, row.offset == .max ? 0 : row.offset) } }
  }

  /// The rows that hold words in an ink.
  func rows(with ink: Ink) -> [Int] {
    rows.indices.filter { rows[$0].line.spans.contains { $0.ink == ink } }
  }

  private static func rows(_ lines: [Line], of block: Identifier<Block>) -> [Row] {
    var offset = 0
    return lines.map { line in
      defer {
        // The space that the line was broken at is one more.
        offset += line.spans.filter { $0.ink != .mark }.reduce(1) { $0 + $1.text.count }
      }
      return Row(line: line, block: block, offset: offset)
    }
  }

  private static func changedBlocks(_ opened: OpenedArticle) -> Set<Identifier<Block>> {
    var changed = Set(opened.view.updates.filter { $0.type != .new }.flatMap { $0.blocks ?? [] })
    for change in opened.edit?.blocks ?? [] {
      switch change {
      case .added(let block): changed.insert(block.id)
      case .changed(_, let block): changed.insert(block.id)
      case .removed: break
      }
    }
    return changed
  }

  /// The reader's own words, and highlights whose words are gone from the text.
  private static func notes(_ opened: OpenedArticle, _ layout: Layout) -> [Line] {
    let lost = opened.highlights.filter { $0.placement == .detached && !$0.isQuoteHidden }
    if opened.notes.isEmpty, lost.isEmpty { return [] }
    return [Line("Your notes", .heading)]
      + opened.notes.flatMap { Paragraph($0.text, lead: [Span("  ")]).lines(width: layout.prose) }
      + lost.flatMap { highlight in
        Paragraph(
          [Span(highlight.highlight.quote, .highlight), Span(" · no longer in the text", .faint)], lead: [Span("  ")]
        ).lines(width: layout.prose)
      }
  }
}

/// What was changed in an article, word by word.
struct EditPage {
  var edit: ArticleEdit

  func lines(_ layout: Layout) -> [Line] {
    var parts: [[Line]] = [
      [Line([Span("What was changed", .title), Span(" · version \(edit.fromVersion) → \(edit.toVersion)", .faint)])]
    ]
    if let headline = edit.headline { parts.append(labelled("Headline", headline.old, headline.new, layout)) }
    if let standfirst = edit.standfirst { parts.append(labelled("Standfirst", standfirst.old, standfirst.new, layout)) }
    for change in edit.blocks {
      switch change {
      case .added(let block): parts.append(labelled("New paragraph", "", text(block), layout))
      case .removed(let block): parts.append(labelled("Paragraph removed", text(block), "", layout))
      case .changed(let old, let new): parts.append(labelled("Paragraph changed", text(old), text(new), layout))
      }
    }
    return Array(parts.joined(separator: [.empty]))
  }

  private func text(_ block: Block) -> String { block.texts.joined(separator: "\n") }

  private func labelled(_ label: String, _ old: String, _ new: String, _ layout: Layout) -> [Line] {
    let runs = WordDiff(from: InlineText(old).plain, to: InlineText(new).plain).runs
    let spans = runs.enumerated().flatMap { index, run -> [Span] in
      // What came in the place of what went: two words and not one.
      let isReplaced = index > 0 && runs[index - 1].kind != .same && run.kind != .same
      let gap = isReplaced && layout.hasLooks ? [Span(" ")] : []
      switch run.kind {
      case .same: return [Span(run.text)]
      // Signs where a look may not be seen.
      case .removed: return gap + [Span(layout.hasLooks ? run.text : "[−\(run.text)−]", .removed)]
      case .added: return gap + [Span(layout.hasLooks ? run.text : "[+\(run.text)+]", .added)]
      }
    }
    return [Line(label, .faint)] + Paragraph(spans).lines(width: layout.prose)
  }
}
