import StorylineModels
import StorylineSeeds

/// A parsed article for people: its lines with their roles, then what they add up to.
struct ParseView {
  private let parsed: ParsedArticle
  private let console: Console

  init(_ parsed: ParsedArticle, _ console: Console) {
    self.parsed = parsed
    self.console = console
  }

  func lines() -> [String] {
    let listed = parsed.lines.map(line)
    return listed + (parsed.article.map { [""] + summary($0) } ?? [])
  }

  private func line(_ line: ReadLine) -> String {
    let number = pad(String(line.number), 4, left: true)
    if line.role == .blank { return "\(number)  \(console.paint("blank", .faint))" }
    let role = console.paint(pad(line.role.rawValue, 12), .strong)
    let block = pad(line.block ?? "", 4)
    let why = ([line.reason] + (line.changes ?? [])).filter { !$0.isEmpty }.joined(separator: "; ")
    let reason = why.isEmpty ? "" : "  " + console.paint("(\(why))", .faint)
    return "\(number)  \(role)  \(block)  \(short(line.text))\(reason)"
  }

  private func summary(_ article: Article) -> [String] {
    var rows = [("id", article.id.rawValue), ("headline", article.headline)]
    rows.append(("standfirst", article.standfirst ?? "none"))
    rows.append(("byline", article.byline.isEmpty ? "none" : article.byline.joined(separator: ", ")))
    rows.append(("dateline", article.dateline ?? "none"))
    rows.append(("published", article.publishedAt?.description ?? "not known"))
    rows.append(
      ("tags", article.tags.isEmpty ? "none" : "\(article.tags.count): " + article.tags.joined(separator: ", ")))
    rows.append(("blocks", blocks(article)))
    rows.append(("sections", sections(article)))
    return rows.map { "\(pad($0.0, 10))  \($0.1)" }
  }

  private func blocks(_ article: Article) -> String {
    let roles = Block.Role.known.compactMap { role -> String? in
      let number = article.blocks.count { $0.role == role }
      return number == 0 ? nil : "\(number) \(role)\(number == 1 ? "" : "s")"
    }
    return roles.joined(separator: ", ")
  }

  /// How many paragraphs stand in the lead and under each heading.
  private func sections(_ article: Article) -> String {
    var sections = [(name: "lead", paragraphs: 0)]
    for block in article.blocks {
      if block.role == .heading { sections.append((short(block.text ?? "", limit: 30), 0)) }
      if block.role == .paragraph { sections[sections.count - 1].paragraphs += 1 }
    }
    return sections.map { "\($0.paragraphs) in “\($0.name)”" }.joined(separator: ", ")
  }

  private func short(_ text: String, limit: Int = 64) -> String {
    text.count <= limit ? text : String(text.prefix(limit - 1)) + "…"
  }

  private func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return left ? space + text : text + space
  }
}
