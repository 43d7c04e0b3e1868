import StorylineClient
import StorylineModels

/// What one does with the article that was read last.
extension LinearReader {
  func article(for what: String) throws -> LinearArticle {
    let id = try present(for: what).id
    guard
      let article = try LinearArticle(id, of: replica, names: try session.names(replica), dates: session.dates)
    else { throw CommandFailure(.error, "that article was withdrawn") }
    return article
  }

  func say(list lines: [String], none: String) throws {
    if lines.isEmpty { return try say(none) }
    for line in lines { try say(line + (line.last.map(".!?”)".contains) == true ? "" : ".")) }
  }

  func say(sentences: [Sentence], _ noun: String) throws {
    let article = try article(for: "hear its sentences")
    try say(sentences.isEmpty ? "No \(noun)." : PlainWords.count(sentences.count, noun) + ".")
    listed = sentences.map(Listed.sentence)
    for (index, sentence) in sentences.enumerated() { try say("\(index + 1). \(article.words(of: sentence))") }
  }

  func find(_ words: [String]) throws {
    let wanted = AppState.words(of: words.joined(separator: " "))
    if wanted.isEmpty { throw CommandFailure(.usage, "find takes words: find bridge") }
    try say(sentences: try article(for: "find words in it").sentences(with: wanted), "sentence with these words")
  }

  func links() throws {
    let links = ArticleLink.all(in: try article(for: "hear its links").opened.view.article)
    try say(links.isEmpty ? "This article has no links." : PlainWords.count(links.count, "link") + ".")
    listed = links.map { link in
      switch link.target {
      case .article(let id): .article(id)
      case .address(let address): .address(address)
      }
    }
    for (index, link) in links.enumerated() { try say("\(index + 1). \(link.text): \(link.about).") }
  }

  func images() throws {
    let blocks = try article(for: "hear its images").opened.view.article.blocks.filter { $0.role == .image }
    try say(blocks.isEmpty ? "This article has no image." : PlainWords.count(blocks.count, "image") + ".")
    listed = blocks.map { .picture(Picture($0)) }
    for (index, block) in blocks.enumerated() {
      let parts = [("", block.alt), ("Caption: ", block.caption), ("Credit: ", block.credit)]
      let words = parts.compactMap { label, text -> String? in
        guard let text, !text.isEmpty else { return nil }
        let plain = InlineText(text).plain
        return label + plain + (plain.last.map(".!?".contains) == true ? "" : ".")
      }
      try say("\(index + 1). " + (words.isEmpty ? "Nothing is said of it." : words.joined(separator: " ")))
    }
  }

  /// Where an image's file is. Only when it is asked for is it fetched.
  func whereabouts(of picture: Picture?) async throws {
    guard let picture else { return try say("This image has no address.") }
    guard let id = picture.id else { return try say(browse(picture.address)) }
    if let standing { return try say("It is not kept here: \(standing).") }
    let images = session.images
    if images.cache.file(of: id) == nil {
      do {
        guard try await images.fetch(id) != nil else {
          return try say("The image is no longer there; sync tells why.")
        }
      } catch let error as SyncError {
        throw CommandFailure(.error, FailureWords.failure(for: error).message)
      }
    }
    guard let path = images.cache.file(of: id) else { return try say("The image could not be kept.") }
    try say("It is kept at \(path)")
  }

  func changes() throws {
    let article = try article(for: "hear its changes")
    let isCorrected = article.opened.view.summary.isCorrected
    try say(
      list: article.changes,
      none: isCorrected
        ? "It was changed before this device first had it."
        : "It was not changed since you last looked.")
  }

  func highlight(_ words: [String]) throws {
    guard let number = words.first.flatMap(Int.init), listed.indices.contains(number - 1),
      case .sentence(let sentence) = listed[number - 1]
    else { throw CommandFailure(.usage, "say sentences or find first, then highlight and a number of that list") }
    let article = try article(for: "highlight a sentence")
    if let held = article.highlight(of: sentence) {
      try mark("no longer highlighted", try replica.remove(LibraryKey(kind: .highlight, id: held.id)))
    } else {
      let highlight = sentence.highlight(in: article.opened.view.article.id)
      try mark("highlighted", try replica.write(highlight, id: replica.newRecordID()))
    }
  }

  func note(_ text: String) throws {
    if text.isEmpty { throw CommandFailure(.usage, "note takes words: note ask the mayor") }
    let id = try present(for: "write a note on it").id
    try mark("noted", try replica.write(Note(text: text, article: id), id: replica.newRecordID()))
  }
}
