/// What a key can do. The raw value is its name in `config.toml`.
enum Action: String, CaseIterable, Sendable, Hashable {
  case down, up, first, last, open, back, quit, help, command, search, undo, redo, sync, theme, wider, narrower, split
  case halfDown = "half-page-down"
  case halfUp = "half-page-up"
  case pageDown = "page-down"
  case pageUp = "page-up"
  case nextScreen = "next-screen"
  case previousScreen = "previous-screen"
  case now, timeline, articles, positions, commitments, quotes, saved
  case nextUnread = "next-unread"
  case previousUnread = "previous-unread"
  case toggleRead = "toggle-read"
  case toggleSaved = "toggle-saved"
  case markAllRead = "mark-all-read"
  case caughtUp = "caught-up"
  case filter
  case evidence
  case browse = "open-in-browser"
  case copyLink = "copy-link"
  case copyQuote = "copy-quote"
  case pipe
  case readOn = "read-on"
  case nextArticle = "next-article"
  case previousArticle = "previous-article"
  case nextChange = "next-change"
  case previousChange = "previous-change"
  case nextHit = "next-hit"
  case previousHit = "previous-hit"
  case facts
  case changes
  case links
  case image
  case highlight
  case note
  case keyEvents = "key-events"
  case goToDate = "go-to-date"
  case history
  case boardAt = "board-at"
  case sort
  case suspend
}

extension Action {
  /// Whether it has something to do on a screen; elsewhere it is not named, and says so when it is wanted.
  func isOffered(on screen: Screen) -> Bool {
    switch self {
    case .evidence: ![.articles, .saved].contains(screen)
    case .nextUnread, .previousUnread: [.now, .articles, .saved].contains(screen)
    default: true
    }
  }
}

extension Binding {
  /// As the help of a screen says it: what cannot be chosen there is not named.
  func help(on screen: Screen) -> String {
    guard action == .filter else { return help }
    switch screen {
    case .timeline, .commitments, .quotes: return "Show only those of an actor"
    case .positions: return "Show only a topic, or those of an actor"
    default: return help
    }
  }
}

/// Where a binding holds.
enum KeyContext: Hashable, Sendable {
  case anywhere
  case lists
  case list(Screen)
  case reader

  /// From the narrowest to the widest.
  static func contexts(isReading: Bool, screen: Screen) -> [KeyContext] {
    isReading ? [.reader, .anywhere] : [.list(screen), .lists, .anywhere]
  }
}

/// One action with its keys and its words.
struct Binding: Hashable, Sendable {
  var action: Action
  var context: KeyContext
  /// Each a key, or several one after the other: `j`, `g g`.
  var keys: [String]
  /// For the help screen.
  var help: String
  /// For the line at the bottom; nil if it is not worth a place there.
  var hint: String?

  init(_ action: Action, _ context: KeyContext, _ keys: [String], _ help: String, hint: String? = nil) {
    self.action = action
    self.context = context
    self.keys = keys
    self.help = help
    self.hint = hint
  }
}

extension Binding {
  /// The keys as they are before anybody changes them, in the order of the help screen.
  static let standard: [Binding] = reading + lists + everywhere

  private static let reading: [Binding] = [
    Binding(.readOn, .reader, ["space"], "Page down; at the end the next unread article", hint: "on"),
    Binding(.pageUp, .reader, ["b", "page-up", "ctrl-b"], "Page up"),
    Binding(.pageDown, .reader, ["page-down", "ctrl-f"], "Page down"),
    Binding(.back, .reader, ["esc", "h", "left", "q", "backspace"], "Back to where you came from", hint: "back"),
    Binding(.nextArticle, .reader, ["J"], "Next article of the list"),
    Binding(.previousArticle, .reader, ["K"], "Previous article of the list"),
    Binding(.facts, .reader, ["f", "e"], "Facts of this article, with the words that prove them", hint: "facts"),
    Binding(.changes, .reader, ["d"], "What was changed since you last looked", hint: "changes"),
    Binding(.nextChange, .reader, ["]"], "Next changed paragraph"),
    Binding(.previousChange, .reader, ["["], "Previous changed paragraph"),
    Binding(.search, .reader, ["/"], "Find in this article", hint: "find"),
    Binding(.nextHit, .reader, ["n"], "Next place found"),
    Binding(.previousHit, .reader, ["N"], "Previous place found"),
    Binding(.links, .reader, ["x"], "Links of this article, by letter", hint: "links"),
    Binding(.image, .reader, ["i"], "Show an image; only then is it fetched"),
    Binding(.highlight, .reader, ["v"], "Choose a sentence: Enter highlights it, Y copies it"),
    Binding(.note, .reader, ["a"], "Write a note on this article"),
  ]

  private static let lists: [Binding] = [
    Binding(.caughtUp, .list(.now), ["c"], "Done: what is listed here is no longer new", hint: "done"),
    Binding(.keyEvents, .list(.timeline), ["z"], "Only the key events, or all", hint: "key events"),
    Binding(.goToDate, .list(.timeline), ["t"], "Go to a date", hint: "date"),
    Binding(.history, .list(.positions), ["H"], "What each held before, too", hint: "history"),
    Binding(.boardAt, .list(.positions), ["@"], "The board as it stood on a date", hint: "at date"),
    Binding(.sort, .list(.commitments), ["S"], "Sort by date, sum, giver, type or status", hint: "sort"),
    Binding(.evidence, .lists, ["e"], "The words that prove it"),
    Binding(.nextUnread, .lists, ["n"], "Next unread article", hint: "next unread"),
    Binding(.previousUnread, .lists, ["p"], "Previous unread article"),
    Binding(.pageDown, .lists, ["space", "page-down", "ctrl-f"], "Page down"),
    Binding(.pageUp, .lists, ["b", "page-up", "ctrl-b"], "Page up"),
    Binding(
      .filter, .lists, ["F"], "Show only some: unread, saved, corrected, a tag, an actor", hint: "filter"),
    Binding(.back, .lists, ["esc", "h", "left", "backspace"], "Back"),
    Binding(.search, .lists, ["/"], "Search articles and facts", hint: "search"),
    Binding(.quit, .lists, ["q"], "Quit", hint: "quit"),
  ]

  private static let everywhere: [Binding] = [
    Binding(.down, .anywhere, ["j", "down"], "Down"),
    Binding(.up, .anywhere, ["k", "up"], "Up"),
    Binding(.first, .anywhere, ["g g", "home"], "To the beginning"),
    Binding(.last, .anywhere, ["G", "end"], "To the end"),
    Binding(.halfDown, .anywhere, ["ctrl-d"], "Half a page down"),
    Binding(.halfUp, .anywhere, ["ctrl-u"], "Half a page up"),
    Binding(.open, .anywhere, ["enter", "l", "right"], "Open; in an article: one of its links", hint: "open"),
    Binding(.toggleRead, .anywhere, ["m"], "Mark read or unread"),
    Binding(.toggleSaved, .anywhere, ["*"], "Save, or no longer"),
    Binding(.markAllRead, .anywhere, ["A"], "Mark everything read"),
    Binding(.undo, .anywhere, ["u"], "Undo"),
    Binding(.redo, .anywhere, ["ctrl-r"], "Redo"),
    Binding(.sync, .anywhere, ["s"], "Sync now; while it runs: stop it"),
    Binding(.browse, .anywhere, ["o"], "Open in the browser"),
    Binding(.copyLink, .anywhere, ["y"], "Copy the address"),
    Binding(.copyQuote, .anywhere, ["Y"], "Copy a quote with where it comes from"),
    Binding(.pipe, .anywhere, ["|"], "Give the article to a command"),
    Binding(.now, .anywhere, ["1"], "Now: what is new, where things stand"),
    Binding(.timeline, .anywhere, ["2"], "Timeline"),
    Binding(.articles, .anywhere, ["3"], "Articles"),
    Binding(.positions, .anywhere, ["4"], "Positions: who stands where"),
    Binding(.commitments, .anywhere, ["5"], "Commitments: what was promised, what arrived"),
    Binding(.quotes, .anywhere, ["6"], "Quotes"),
    Binding(.saved, .anywhere, ["7"], "Saved articles"),
    Binding(.nextScreen, .anywhere, ["tab"], "Next screen"),
    Binding(.previousScreen, .anywhere, ["shift-tab"], "Previous screen"),
    Binding(.wider, .anywhere, ["+", "="], "Wider column"),
    Binding(.narrower, .anywhere, ["-"], "Narrower column"),
    Binding(.split, .anywhere, ["\\"], "List and article side by side, from 120 columns"),
    Binding(.theme, .anywhere, ["T"], "Colours: the terminal's own, dark, light"),
    Binding(.command, .anywhere, [":"], "Command line; Tab completes"),
    Binding(.help, .anywhere, ["?", "f1"], "Help on this screen", hint: "help"),
    Binding(.suspend, .anywhere, ["ctrl-z"], "Leave to the shell; fg comes back"),
    Binding(.quit, .anywhere, ["Q", "ctrl-c"], "Quit from anywhere"),
  ]
}
