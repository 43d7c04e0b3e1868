import Foundation
import StorylineClient
import StorylineModels

/// Reads the story line by line, for screen readers and for terminals that can do nothing else.
///
/// Nothing is drawn over: what was said stays said. Each paragraph is one line, signs are words, lists are numbered.
final class LinearReader {
  static let help = "Line by line, for a screen reader: nothing moves, commands are words."

  let replica: Replica
  let session: Session
  /// Why there is nothing to sync; nil if there is.
  let standing: String?
  /// What a number means: the things of the last list.
  var listed: [Listed] = []
  /// The article that was read last.
  private var present: Identifier<Article>?
  private var undo: [(words: String, token: UndoToken)] = []

  enum Listed {
    case article(Identifier<Article>)
    case address(String)
    case sentence(Sentence)
    /// nil has no address.
    case picture(Picture?)
    case tag(String)
    case actor(Identifier<Actor>)
  }

  /// Opens an address outside and says what came of it.
  let browse: (String) -> String

  init(
    replica: Replica, session: Session, standing: String?, browse: @escaping (String) -> String = Browser.open
  ) {
    self.replica = replica
    self.session = session
    self.standing = standing
    self.browse = browse
  }

  /// Until `quit`, or the end of the input.
  func run() async throws {
    guard let story = try replica.story() else { throw CommandFailure.neverSynced }
    try say("\(story.title). \(try unread()) unread. Say help for the commands.")
    while true {
      if session.environment.inputIsTerminal { try session.environment.output.write("> ") }
      guard let line = session.environment.readLine() else { return }
      let words = line.split(separator: " ").map(String.init)
      guard let name = words.first?.lowercased() else { continue }
      if ["quit", "q", "exit"].contains(name) { return }
      do {
        try await obey(name, Array(words.dropFirst()))
      } catch let error as CommandFailure {
        try say("Not done: \(error.message).")
      } catch let error as ReplicaError {
        try say("Not done: \(FailureWords.message(for: error)).")
      }
    }
  }

  static let commands: [(name: String, about: String)] = [
    ("now", "what is new, and where things stand"),
    (
      "articles",
      "all articles, numbered; or only some: articles corrected, articles tag aid, of Ukraine, since 2024-07"
    ),
    ("unread", "those you have not read; or only some: unread tag aid, of Ukraine, since 2024-07"),
    ("saved", "those you saved"), ("tags", "what articles are about, numbered"),
    ("actors", "who acts in the story, numbered"),
    (
      "a number",
      "reads that article of the last list, lists the articles of that tag or actor, opens that link, says that sentence, or says where that image is kept"
    ),
    ("next", "reads the next unread article"),
    ("search and words", "finds articles and facts"),
    ("timeline", "what happened; or only some: timeline key, timeline of Ukraine"),
    (
      "positions",
      "who stands where; or only some: positions on membership, of Hungary, at 2022-06, history for what each held before"
    ),
    (
      "commitments",
      "what was promised; or only some: commitments of Germany; sorted: commitments by sum, date, giver, type or status"
    ),
    ("quotes", "who said what; or only some: quotes of Mark Rutte"),
    ("find and words", "finds sentences in the article that was read last, numbered"),
    ("sentences", "all sentences of it, numbered"), ("facts", "its facts, with the words that prove them"),
    ("links", "its links, numbered"),
    ("images", "its images in words, numbered; a number fetches that one if need be and says where it is kept"),
    ("changes", "what was changed in it since your last visit, word by word"),
    ("highlight and a number", "highlights that sentence of the last list, or no longer"),
    ("highlights", "its sentences that you highlighted, numbered"), ("note and words", "keeps a note on it"),
    ("notes", "your notes on it"), ("save", "saves the article that was read last, or takes it off"),
    ("keep", "marks the article that was read last as unread"), ("all", "marks everything as read"),
    ("done", "what is new now is no longer new next time"), ("undo", "takes the last mark back"),
    ("sync", "sends your marks and fetches what is new"), ("quit", "ends"),
  ]

  private func obey(_ name: String, _ words: [String]) async throws {
    if let number = Int(name) { return try await read(number: number) }
    switch name {
    case "help", "h", "?": for command in Self.commands { try say("\(command.name): \(command.about).") }
    case "now": try now()
    case "articles": try articles(words)
    case "unread", "saved": try articles([name] + words)
    case "tags": try tags()
    case "actors": try actors()
    case "next", "n": try readNext()
    case "read": try read(ArticleLookup(replica: replica).article(words.joined(separator: " ")).id)
    case "search", "/": try search(words.joined(separator: " "))
    case "timeline", "positions", "commitments", "quotes": try facts(name, words)
    case "find": try find(words)
    case "sentences": try say(sentences: try article(for: "hear its sentences").sentences, "sentence")
    case "facts": try say(list: try article(for: "hear its facts").facts, none: "No fact rests on this article.")
    case "links": try links()
    case "images": try images()
    case "changes": try changes()
    case "highlight": try highlight(words)
    case "highlights":
      let article = try article(for: "hear what you highlighted")
      try say(sentences: article.sentences.filter { article.highlight(of: $0) != nil }, "highlighted sentence")
    case "note": try note(words.joined(separator: " "))
    case "notes": try say(list: try article(for: "hear your notes").notes, none: "No note on this article.")
    case "save": try save()
    case "keep": try keep()
    case "all": try mark("everything marked read", try replica.markAllRead())
    case "done":
      try replica.markVisited()
      try say("Done. Next time only what comes later is new.")
    case "undo", "u": try takeBack()
    case "sync": try await sync()
    default:
      let near = NearWords.nearest(to: name, in: Self.commands.map(\.name))
      try say("There is no command \(name)" + (near.map { ". Did you mean \($0)?" } ?? ". Say help for the commands."))
    }
  }

  // MARK: Saying

  func say(_ text: String) throws { try session.environment.output.write(LinearWords.line(Line(text)) + "\n") }

  func say(_ lines: [Line]) throws {
    for line in lines where !line.text.allSatisfy({ $0 == " " || $0 == "─" }) {
      try session.environment.output.write(LinearWords.line(line) + "\n")
    }
  }

  var layout: Layout { Layout(width: Layout.defaultWidth, isUnwrapped: true) }

  private func unread() throws -> Int { try replica.articles(ArticleFilter(unreadOnly: true)).count }

  private func now() throws {
    guard let story = try replica.story() else { return }
    let page = NowPage(
      story: story, changes: try replica.changes(), status: try replica.status(), now: session.now,
      names: try session.names(replica, story: story), dates: session.dates)
    try say(page.lines(layout))
  }

  // MARK: Articles

  private func read(number: Int) async throws {
    guard listed.indices.contains(number - 1) else {
      throw CommandFailure(
        .usage, listed.isEmpty ? "no list was said yet; articles says one" : "the list ends with \(listed.count)")
    }
    switch listed[number - 1] {
    case .article(let id): try read(id)
    case .address(let address):
      try say(SafeAddress(address) == nil ? "This address is not one to open." : browse(address))
    case .sentence(let sentence): try say(try article(for: "hear its sentences").words(of: sentence))
    case .picture(let picture): try await whereabouts(of: picture)
    case .tag(let tag): try articles(["tag", tag])
    case .actor(let actor): try articles(["of", actor.rawValue])
    }
  }

  private func readNext() throws {
    guard let next = try replica.articles(ArticleFilter(unreadOnly: true)).first else {
      return try say("No unread article is left.")
    }
    try read(next.id)
  }

  private func read(_ id: Identifier<Article>) throws {
    guard let view = try replica.article(id) else { throw CommandFailure(.error, "that article was withdrawn") }
    let page = ArticlePage(view: view, names: try session.names(replica), dates: session.dates)
    try say(page.lines(layout))
    present = id
    let token = try replica.setRead(true, article: id)
    if !token.isEmpty { undo.append(("marked read", token)) }
    try say("End of the article. \(try unread()) unread.")
  }

  private func search(_ words: String) throws {
    let hits = try replica.search(words, limit: 20)
    try say(hits.isEmpty ? "Nothing found for \(words)." : PlainWords.count(hits.count, "hit") + ".")
    listed = []
    for hit in hits {
      var number = ""
      if hit.kind == .article {
        listed.append(.article(Identifier(hit.id)))
        number = "\(listed.count). "
      }
      let title = InlineText(hit.title).plain
      let text = hit.snippet.text == title ? "" : " \(hit.snippet.text)"
      try say("\(number)\(PlainWords.capitalised(PlainWords.name(hit.kind))): \(title).\(text)")
    }
  }

  // MARK: Marks

  func mark(_ words: String, _ token: UndoToken) throws {
    if !token.isEmpty { undo.append((words, token)) }
    try say(PlainWords.capitalised(words) + ".")
  }

  func present(for what: String) throws -> ArticleSummary {
    guard let present, let article = try replica.articles().first(where: { $0.id == present }) else {
      throw CommandFailure(.usage, "read an article first, then \(what)")
    }
    return article
  }

  private func save() throws {
    let article = try present(for: "save it")
    let words = article.isSaved ? "no longer saved" : "saved"
    try mark(words, try replica.setSaved(!article.isSaved, article: article.id))
  }

  private func keep() throws {
    try mark("marked unread", try replica.setRead(false, article: try present(for: "keep it").id))
  }

  private func takeBack() throws {
    guard let last = undo.popLast() else { return try say("Nothing to undo.") }
    _ = try replica.undo(last.token)
    try say("Undone: \(last.words).")
  }

  private func sync() async throws {
    if let standing { return try say("There is nothing to sync: \(standing).") }
    do {
      let report = try await SyncCommand.sync(replica, session)
      try say(SyncWords.summary(report, try replica.status()) + ".")
    } catch let error as SyncError {
      throw CommandFailure(.error, FailureWords.failure(for: error).message)
    }
  }
}

/// Lines in words alone: what a sign says to the eye is said.
enum LinearWords {
  private static let signs: [(sign: String, words: String)] = [
    ("● new", "new:"), ("± fixed", "changed:"), ("− gone", "withdrawn:"), ("+ fact", "fact:"), ("● ", "unread: "),
    ("◆ ", "key event: "), ("• ", ""), ("→", "see"), ("★", "saved"), ("±", "changed"),
  ]

  static func line(_ line: Line) -> String {
    var text = NoBreak.released(line.text)
    for (sign, words) in signs { text = text.replacing(sign, with: words) }
    text = String(text.map { "█░─│".contains($0) ? " " : $0 })
    return text.split(separator: " ").joined(separator: " ")
  }
}
