import StorylineModels

/// A block that has no id yet, with the line it starts in.
struct DraftBlock: Hashable {
  /// Its `id` is empty.
  var content: Block
  var line: Int

  init(_ content: Block, line: Int) {
    self.content = content
    self.line = line
  }

  func with(id: String) -> Block {
    var block = content
    block.id = Identifier(id)
    return block
  }

  static func paragraph(_ text: String, line: Int) -> Self {
    Self(Block(id: "", role: .paragraph, text: text), line: line)
  }

  static func heading(_ text: String, level: Int = 2, line: Int) -> Self {
    Self(Block(id: "", role: .heading, text: text, level: level), line: line)
  }

  static func link(title: String?, article: String? = nil, line: Int) -> Self {
    Self(Block(id: "", role: .link, title: title, article: article.map { Identifier($0) }), line: line)
  }
}

/// What was read out of a document's text, before its front matter or side file has its say.
struct ReadText {
  var headline: String?
  var standfirst: String?
  var dateline: String?
  var byline: [String] = []
  var tags: [String]?
  var blocks: [DraftBlock] = []
  var lines: [ReadLine] = []
  var references: [Reference] = []
  var media: [MediaReference] = []
  var faults: [Fault] = []
}

/// A line of a file with its number, so that a part of a file keeps its places.
struct NumberedLine: Hashable {
  let number: Int
  let text: String
}
