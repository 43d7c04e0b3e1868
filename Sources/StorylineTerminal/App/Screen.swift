/// What fills the screen below the title: one of the lists.
enum Screen: Int, CaseIterable, Sendable, Hashable {
  case now = 1
  case timeline, articles, positions, commitments, quotes, saved
  /// What was found; only while something is looked for.
  case search

  /// Those with a number and a place in the row of titles.
  static let numbered: [Screen] = [.now, .timeline, .articles, .positions, .commitments, .quotes, .saved]

  var title: String {
    switch self {
    case .now: "Now"
    case .timeline: "Timeline"
    case .articles: "Articles"
    case .positions: "Positions"
    case .commitments: "Commitments"
    case .quotes: "Quotes"
    case .saved: "Saved"
    case .search: "Search"
    }
  }

  /// The name on the command line.
  var name: String { title.lowercased() }
}
