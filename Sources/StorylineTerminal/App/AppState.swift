import StorylineClient
import StorylineModels
import StorylineScreen

/// Which entry of a list is chosen, and which one is the first on the screen.
struct ListState: Hashable, Sendable {
  var chosen = 0
  var top = 0
}

/// What lies over the screen.
enum Overlay: Hashable, Sendable {
  case help(filter: String, top: Int)
  case picker(Picker)
  case tour
}

/// A short list to choose from.
struct Picker: Hashable, Sendable {
  enum Choice: Hashable, Sendable {
    case evidence(Evidence)
    case article(Identifier<Article>)
    case address(String)
    case articles(ListChoice.Articles)
    case topic(String?)
    case actor(Identifier<Actor>?)
    case actors
    case picture(Picture)
    case profile(String?)
  }

  struct Item: Hashable, Sendable {
    var spans: [Span]
    var choice: Choice
  }

  var title: String
  var items: [Item]
  var chosen = 0

  /// Each item has a letter.
  static let letters = Array("asdfghjklqwertyuiopzxcvbnm")
}

/// A line that the reader types.
struct Prompt: Hashable, Sendable {
  enum Kind: Hashable, Sendable { case search, find, command, pipe, note }

  var kind: Kind
  var line = LineEdit()
  /// What Tab offers; empty unless it was pressed.
  var offers: [String] = []
  var offered = 0

  var sign: String {
    switch kind {
    case .search: "Search: "
    case .find: "Find: "
    case .command: ":"
    case .pipe: "Pipe to: "
    case .note: "Note: "
    }
  }
}

/// An article beside its list, and the words in it that one looks for.
struct Preview: Hashable, Sendable {
  var article: Identifier<Article>
  var proof: Evidence?
}

/// A mark that the screen shows before the story, as it was read last, has it.
struct MarkOnTheWay: Hashable, Sendable {
  var isSet: Bool
  /// Written, and perhaps not yet in the story that is being read at this moment.
  var isWritten = false

  init(_ isSet: Bool) { self.isSet = isSet }
}

/// Everything that the screen depends on. `update` is the only way to change it.
struct AppState: Sendable {
  var size: ScreenSize
  var now: Timestamp
  let dates: DateWords
  var keymap = Keymap.standard
  var settings = TerminalSettings()

  var screen = Screen.now
  /// Where one came from with a number or a search.
  var earlierScreens: [Screen] = []
  var data = StoryData()
  var choice = ListChoice()
  var hits: [SearchHit] = []
  var asked = ""
  var lists: [Screen: ListState] = [:]
  var entries: [Screen: ListEntries] = [:]

  /// The open articles, the one that is read last.
  var readers: [ReaderState] = []
  /// The chosen article of a wide list, beside it and not opened: it stays unread.
  var preview: ReaderState?
  /// What is shown there, or on its way.
  var previewAsked: Preview?
  /// Whether keys go to the article; beside a list they may go to the list.
  var isReading = false

  var overlay: Overlay?
  var prompt: Prompt?
  /// Said at the bottom until the next key.
  var said: String?
  /// Keys of a sequence that is not complete.
  var pressed: [KeyPress] = []

  var undo: [UndoEntry] = []
  var redo: [UndoEntry] = []
  /// Said once the marks are written: before that there is nothing that could be taken back.
  var saidWhenWritten: String?
  /// Marks that are on their way into the replica: what is read before they arrive must not hide them.
  var readOnTheWay: [Identifier<Article>: MarkOnTheWay] = [:]
  var savedOnTheWay: [Identifier<Article>: MarkOnTheWay] = [:]
  /// How far an article was read, until that is written.
  var progressOnTheWay: [Identifier<Article>: Progress] = [:]

  var sync: SyncStatus?
  var offlineSince: Timestamp?
  /// The accounts of this device; nil where there is no other one to go to, as in the demo.
  var profiles: [Profile]?
  /// The name of this one.
  var profile: String?
  /// Said instead of the sync where there is none: `demo`, `not signed in`.
  var standing: String?
  var today: String

  init(
    size: ScreenSize, now: Timestamp, today: String, dates: DateWords, settings: TerminalSettings = TerminalSettings(),
    keymap: Keymap = .standard, standing: String? = nil
  ) {
    self.size = size
    self.now = now
    self.today = today
    self.dates = dates
    self.settings = settings
    self.keymap = keymap
    self.standing = standing
    if !settings.tourSeen { overlay = .tour }
  }

  var theme: Theme { Theme(name: Theme.Name(rawValue: settings.theme) ?? .auto) }

  var contents: ListContents {
    ListContents(data: data, choice: choice, today: today, dates: dates, hits: hits, asked: asked, keymap: keymap)
  }

  var contexts: [KeyContext] { KeyContext.contexts(isReading: isReading, screen: screen) }

  /// The keys of the present screen, as its help and the line at the bottom name them.
  var offered: [Binding] {
    keymap.holding(in: contexts).filter { isReading || $0.action.isOffered(on: screen) }
  }

  var reader: ReaderState? { readers.last }

  /// What stands on the right of a wide list, or fills the screen.
  var shownReader: ReaderState? { readers.last ?? (hasPreview ? preview : nil) }

  /// Whether an article is shown beside its list before it is opened.
  var hasPreview: Bool {
    readers.isEmpty && size.columns >= ScreenPlan.wide && settings.isSplit && shownEntries.first?.isChoosable == true
      && [.articles, .saved, .search].contains(screen)
  }

  /// The entries of the screen that is shown.
  var shownEntries: ListEntries { entries[screen] ?? ListEntries() }

  var list: ListState {
    get { lists[screen] ?? ListState() }
    set { lists[screen] = newValue }
  }

  var chosenEntry: ListEntry? {
    let entries = shownEntries
    return entries.indices.contains(list.chosen) ? entries[list.chosen] : nil
  }

  /// The article that marks go to: the one that is read, else the chosen one.
  var article: ArticleSummary? {
    if isReading, let reader {
      return data.articles.first { $0.id == reader.id } ?? reader.opened.view.summary
    }
    return chosenEntry?.article
  }
}
