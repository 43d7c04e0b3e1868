import Dispatch
import Foundation
import StorylineClient
import StorylineModels
import Synchronization

/// Reads and writes the replica beside the loop: the screen never waits for the disk.
///
/// Each of three kinds of work is done one after the other, and none of them waits for another: what somebody looks at
/// now is there before the whole story is read anew, and while the sync holds the one writer that a replica has.
final class LibraryWorker: Sendable {
  private let replica: Replica
  private let dates: DateWords
  private let images: @Sendable () -> ImageAddresses
  private let post: @Sendable (Message) -> Void
  /// What is shown next: articles, hits.
  private let looking = DispatchQueue(label: "storyline.library.looking")
  /// Marks; they wait for the writer, which may be busy with a page of the sync.
  private let marking = DispatchQueue(label: "storyline.library.marking")
  /// All of the story, as the lists have it.
  private let loading = DispatchQueue(label: "storyline.library.loading")
  /// Whether a reading of everything is asked for and has not begun.
  private let isLoadWanted = Mutex(false)
  /// What was read, held until the loop shows what came after it: the loop then holds nothing that is to be freed.
  private let read = Mutex<[StoryData]>([])
  /// The article that was asked for last: of those that the bar has left behind none is read.
  private let previewWanted = Mutex<Identifier<Article>?>(nil)

  init(
    replica: Replica, dates: DateWords, images: @escaping @Sendable () -> ImageAddresses = { ImageAddresses() },
    post: @escaping @Sendable (Message) -> Void
  ) {
    self.replica = replica
    self.images = images
    self.dates = dates
    self.post = post
  }

  /// The first screen's worth, and then all of it.
  func start() {
    work(on: loading) { [self] replica in hold(try StoryData.firstLook(at: replica)) }
    load()
  }

  func load() {
    let isWanted = isLoadWanted.withLock { wanted in
      defer { wanted = true }
      return wanted
    }
    if isWanted { return }
    work(on: loading) { [self] replica in
      isLoadWanted.withLock { $0 = false }
      return hold(try StoryData.whole(of: replica))
    }
  }

  func perform(_ effect: Effect) {
    switch effect {
    case .load: load()
    case .dropEarlierStory: dropEarlierStory()
    case .open(let id, let opening):
      work { replica in
        try OpenedArticle.read(id, from: replica).map { .opened($0, opening) } ?? .notThere(id)
      }
    case .preview(let id): preview(id)
    case .reopen(let id): work { try OpenedArticle.read(id, from: $0).map(Message.reopen) ?? .notThere(id) }
    case .search(let words): work { .found(try $0.search(words, limit: 100), words: words) }
    case .setRead(let isRead, let id):
      work(on: marking) {
        .marked(isRead ? "marked read" : "marked unread", try $0.setRead(isRead, article: id), id)
      }
    case .setSaved(let isSaved, let id):
      work(on: marking) {
        .marked(isSaved ? "saved" : "no longer saved", try $0.setSaved(isSaved, article: id), id)
      }
    case .markAllRead: work(on: marking) { .marked("everything marked read", try $0.markAllRead(), nil) }
    case .caughtUp: caughtUp()
    case .undo(let entry): takeBack(entry, isRedo: false)
    case .redo(let entry): takeBack(entry, isRedo: true)
    case .saveProgress(let progress, let id):
      work(on: marking) { replica in
        try replica.setProgress(progress, article: id)
        return .progressKept(id)
      }
    case .addHighlight(let highlight): write(highlight, "highlighted", highlight.article)
    case .addNote(let text, let id): write(Note(text: text, article: id), "noted", id)
    case .removeHighlight(let key, let id):
      work(on: marking) { .marked("highlight removed", try $0.remove(LibraryKey(kind: .highlight, id: key)), nil) }
      reopen(id)
    case .export(let id, let path): export(id, to: path)
    default: break
    }
  }

  /// The article as plain text, for a command.
  func plainText(of id: Identifier<Article>) throws -> String {
    guard let view = try replica.article(id) else { throw ReplicaError.noSuchArticle(id) }
    let page = ArticlePage(view: view, names: try names(replica), dates: dates)
    return Palette.plain.render(page.lines(Layout(width: Layout.defaultWidth, isUnwrapped: true)))
  }

  /// Waits until everything asked for is done.
  func finish() { for queue in [looking, marking, loading] { queue.sync {} } }

  // MARK: Pieces

  private func work(on queue: DispatchQueue? = nil, _ job: @escaping @Sendable (Replica) throws -> Message?) {
    (queue ?? looking).async { [replica, post] in
      do {
        if let message = try job(replica) { post(message) }
      } catch {
        post(.failed(FailureWords.message(for: error)))
      }
    }
  }

  private func hold(_ data: StoryData) -> Message {
    read.withLock { $0.append(data) }
    return .loaded(data)
  }

  private func dropEarlierStory() {
    loading.async { [self] in
      let old = read.withLock { read in
        let old = Array(read.dropLast())
        read.removeFirst(old.count)
        return old
      }
      withExtendedLifetime(old) {}
    }
  }

  private func preview(_ id: Identifier<Article>) {
    previewWanted.withLock { $0 = id }
    work { [self] replica in
      guard previewWanted.withLock({ $0 == id }) else { return nil }
      return try OpenedArticle.read(id, from: replica).map(Message.previewed)
    }
  }

  /// Behind the mark that it has to show.
  private func reopen(_ id: Identifier<Article>) {
    work(on: marking) { try OpenedArticle.read(id, from: $0).map(Message.reopen) }
  }

  private func write(_ payload: some LibraryPayload & Sendable, _ words: String, _ id: Identifier<Article>) {
    work(on: marking) { .marked(words, try $0.write(payload, id: $0.newRecordID()), nil) }
    reopen(id)
  }

  private func caughtUp() {
    work(on: marking) { replica in
      guard let story = try replica.story() else { return nil }
      let before = try replica.lastVisit()
      try replica.markVisited()
      return .caughtUp(before, story: story.id)
    }
  }

  private func takeBack(_ entry: UndoEntry, isRedo: Bool) {
    work(on: marking) { replica in
      switch entry.kind {
      case .marks(let token):
        return .undone(try replica.undo(token), words: entry.words, isRedo: isRedo)
      case .visit(let before, let story):
        let token =
          if let before { try replica.write(before, id: story.rawValue) } else {
            try replica.remove(LibraryKey(kind: .visit, id: story.rawValue))
          }
        return .undone(UndoResult(redo: token, refused: []), words: entry.words, isRedo: isRedo)
      }
    }
  }

  private func export(_ id: Identifier<Article>, to path: String) {
    let (dates, images) = (dates, images)
    work { replica in
      guard let view = try replica.article(id) else { return .notThere(id) }
      let path = (path as NSString).expandingTildeInPath
      guard !FileManager.default.fileExists(atPath: path) else {
        return .say("\(path) is there already; :export OTHER-NAME.md takes another.")
      }
      let names = Names(actors: try replica.actors(), sources: try replica.sources())
      let text = ArticleMarkdown(view: view, names: names, dates: dates, images: images()).text
      do { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) } catch {
        return .say("Cannot write \(path): \(error.localizedDescription)")
      }
      return .say("Written to \(path).")
    }
  }

  private func names(_ replica: Replica) throws -> Names {
    Names(
      actors: try replica.actors(), sources: try replica.sources(), tags: try replica.story()?.tagNames ?? [:])
  }
}
