import Foundation
import StorylineModels

/// Reads one article file by itself, and only as much around it as names its story.
struct SingleArticle {
  private let path: String

  init(_ path: String) { self.path = path }

  func read() -> ParsedArticle {
    guard [".txt", ".md"].contains(where: { path.lowercased().hasSuffix($0) }) else {
      let fault = Fault(
        .unreadable, at: Place(file: path), "only articles are parsed: .txt or .md",
        advice: "use “lint” for the other files of a story")
      return ParsedArticle(file: path, article: nil, lines: [], faults: [fault])
    }
    let side = (path as NSString).deletingPathExtension + ".yaml"
    let hasSide = FileManager.default.fileExists(atPath: side)
    let result = ArticleReader(text: (path, path), side: hasSide ? (side, side) : nil).read()
    var faults = result.faults
    let article = result.record.flatMap { record -> Article? in
      guard record.isWhole else { return nil }
      let frame = storyFrame()
      var builder = EntityBuilder(story: frame.id, language: frame.language, headlines: [:])
      let entity = builder.entity(record, blocks: BlockAlignment.fresh(record.blocks, prefix: "b"), evidence: [])
      faults += builder.faults
      if case .article(let article)? = entity { return article }
      return nil
    }
    return ParsedArticle(
      file: path, article: article, lines: result.lines, faults: faults.sorted { $0.place < $1.place })
  }

  /// The story of the folder that the file is in; its name made an id if nothing says more.
  private func storyFrame() -> (id: String, language: String) {
    var folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    if folder.lastPathComponent == "articles" { folder = folder.deletingLastPathComponent() }
    let fallback = Wording.slug(from: folder.lastPathComponent) ?? "story"
    let file = folder.appendingPathComponent("story.yaml").path
    guard FileManager.default.fileExists(atPath: file), let text = try? TextFile(path: file, name: file),
      let document = try? YAMLDocument(text.lines, file: file)
    else { return (fallback, "en") }
    var reader = FactsReader(document)
    let facts = reader.read(document.root, as: Schema.story, what: "a story")
    return (facts?.text("id") ?? fallback, facts?.text("language") ?? "en")
  }
}
