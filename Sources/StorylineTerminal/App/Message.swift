import StorylineClient
import StorylineModels
import StorylineScreen

/// Something that happened: a key, a thing that was read, a word from the sync.
enum Message: Sendable {
  case input(InputEvent)
  case resized(ScreenSize)
  /// The time goes on; nothing else happened.
  case tick(Timestamp)
  case loaded(StoryData)
  /// The replica changed: what is shown may be old.
  case replicaChanged
  case opened(OpenedArticle, Opening)
  /// The chosen article, for the place beside its list.
  case previewed(OpenedArticle)
  /// An image that was asked for, as the bytes that draw it.
  case picture(String, Picture)
  case notThere(Identifier<Article>)
  case found([SearchHit], words: String)
  /// A mark is written; its token takes it back.
  case marked(String, UndoToken, Identifier<Article>?)
  case caughtUp(Visit?, story: Identifier<Story>)
  /// How far an article was read is written.
  case progressKept(Identifier<Article>)
  case undone(UndoResult, words: String, isRedo: Bool)
  case sync(SyncStatus)
  case reopen(OpenedArticle)
  /// The accounts of this device; to choose one of them if somebody asked for that.
  case profiles([Profile], isAsked: Bool)
  /// Another account is open, and this one may go.
  case profileOpened
  case say(String)
  /// Something went wrong; what was marked meanwhile on the screen is read anew.
  case failed(String)
}

/// Why an article is opened.
struct Opening: Hashable, Sendable {
  /// The words to go to.
  var evidence: Evidence?
  /// Words that were looked for.
  var words: [String] = []
  /// Whether it takes the place of the one that is open.
  var isNext = false
}

/// What an update wants done outside of the state.
enum Effect: Hashable, Sendable {
  case load
  /// What was shown before is not needed any more. Letting go of ten thousand articles takes time, too.
  case dropEarlierStory
  case open(Identifier<Article>, Opening)
  case preview(Identifier<Article>)
  case reopen(Identifier<Article>)
  case search(String)
  case setRead(Bool, Identifier<Article>)
  case setSaved(Bool, Identifier<Article>)
  case markAllRead
  case caughtUp
  case undo(UndoEntry)
  case redo(UndoEntry)
  case saveProgress(Progress, Identifier<Article>)
  case addHighlight(Highlight)
  case removeHighlight(String, Identifier<Article>)
  case addNote(String, Identifier<Article>)
  case sync
  case cancelSync
  case browse(String)
  case copy(String)
  case pipe(String, Identifier<Article>)
  case export(Identifier<Article>, path: String)
  case keep(TerminalSettings)
  case fetchPicture(Picture)
  case showPicture(String, Picture)
  case readProfiles
  case openProfile(String?)
  /// Ends this account's turn.
  case leaveAccount
  case suspend
  case quit
  /// A word to the reader; the update itself keeps it.
  case say(String)
}

/// A change that can be taken back.
struct UndoEntry: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case marks(UndoToken)
    case visit(before: Visit?, Identifier<Story>)
  }

  var words: String
  var kind: Kind
}

/// What the terminal remembers on this device.
struct TerminalSettings: Codable, Hashable, Sendable {
  var theme = "auto"
  /// Columns of running text.
  var width = Layout.proseWidth
  var isSplit = true
  var tourSeen = false

  static let widths = 40...120
}
