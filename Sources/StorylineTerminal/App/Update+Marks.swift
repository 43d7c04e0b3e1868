import StorylineClient
import StorylineModels

extension AppState {
  mutating func toggleRead() -> [Effect] {
    guard let article else { return nothing("Choose an article first.") }
    return mark(read: !article.isRead, article.id) + [.say(article.isRead ? "Marked unread." : "Marked read.")]
  }

  mutating func toggleSaved() -> [Effect] {
    guard let article else { return nothing("Choose an article first.") }
    savedOnTheWay[article.id] = MarkOnTheWay(!article.isSaved)
    show(isSaved: !article.isSaved, of: article.id)
    refreshEntry(of: article.id)
    return [.setSaved(!article.isSaved, article.id), .say(article.isSaved ? "No longer saved." : "Saved.")]
  }

  /// Shows the mark at once and asks for it to be written; nothing if it is so already.
  mutating func mark(read: Bool, _ id: Identifier<Article>) -> [Effect] {
    let isRead = data.articles.first { $0.id == id }?.isRead ?? reader?.opened.view.summary.isRead
    guard isRead != read else { return [] }
    readOnTheWay[id] = MarkOnTheWay(read)
    show(isRead: read, of: id)
    refreshEntry(of: id)
    return [.setRead(read, id)]
  }

  mutating func markAllRead() -> [Effect] {
    guard data.articles.contains(where: { !$0.isRead }) else { return nothing("Everything is read already.") }
    for index in data.articles.indices { data.articles[index].isRead = true }
    refreshEntries()
    saidWhenWritten = "Everything is marked read." + hint(.undo, "takes it back")
    return [.markAllRead]
  }

  mutating func show(isRead: Bool, of id: Identifier<Article>) {
    guard let index = data.articles.firstIndex(where: { $0.id == id }) else { return }
    data.articles[index].isRead = isRead
  }

  mutating func show(isSaved: Bool, of id: Identifier<Article>) {
    guard let index = data.articles.firstIndex(where: { $0.id == id }) else { return }
    data.articles[index].isSaved = isSaved
  }

  mutating func arrived(_ id: Identifier<Article>) {
    readOnTheWay[id]?.isWritten = true
    savedOnTheWay[id]?.isWritten = true
  }

  // MARK: Taking back

  /// More than this nobody remembers.
  private static let longestHistory = 200

  mutating func remember(_ entry: UndoEntry) {
    undo.append(entry)
    if undo.count > Self.longestHistory { undo.removeFirst() }
    redo = []
  }

  mutating func undoLast() -> [Effect] {
    guard let entry = undo.popLast() else { return nothing("Nothing to undo.") }
    return [.undo(entry)]
  }

  mutating func redoLast() -> [Effect] {
    guard let entry = redo.popLast() else { return nothing("Nothing to redo.") }
    return [.redo(entry)]
  }

  mutating func undone(_ result: UndoResult, _ words: String, isRedo: Bool) {
    let entry = UndoEntry(words: words, kind: .marks(result.redo))
    if !result.redo.isEmpty {
      if isRedo { undo.append(entry) } else { redo.append(entry) }
    }
    let kept = result.refused.isEmpty ? "" : " What was changed elsewhere since then stays."
    said = (isRedo ? "Done again: \(words)." : "Undone: \(words).") + kept
  }
}
