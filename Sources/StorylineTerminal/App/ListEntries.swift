import StorylineClient

/// The entries of a list. Those of articles are made when they are looked at: of ten thousand a screen shows fifty.
struct ListEntries: RandomAccessCollection, Sendable {
  private enum Storage: Sendable {
    case entries([ListEntry])
    case articles([ArticleSummary])
    case some([ArticleSummary], [Int])
  }

  private var storage: Storage

  init(_ entries: [ListEntry] = []) { storage = .entries(entries) }

  /// All of `articles`, or those at `places`.
  init(articles: [ArticleSummary], at places: [Int]? = nil) {
    storage = places.map { .some(articles, $0) } ?? .articles(articles)
  }

  var startIndex: Int { 0 }

  var endIndex: Int {
    switch storage {
    case .entries(let entries): entries.count
    case .articles(let articles): articles.count
    case .some(_, let places): places.count
    }
  }

  subscript(index: Int) -> ListEntry {
    switch storage {
    case .entries(let entries): entries[index]
    case .articles(let articles): .article(articles[index], nil)
    case .some(let articles, let places): .article(articles[places[index]], nil)
    }
  }

  /// Where an article stands. It looks at ids alone.
  func index(of id: ArticleSummary.ID) -> Int? {
    switch storage {
    case .entries(let entries): entries.firstIndex { $0.isArticle(id) }
    case .articles(let articles): articles.firstIndex { $0.id == id }
    case .some(let articles, let places): places.firstIndex { articles[$0].id == id }
    }
  }

  /// Shows the marks of an article anew.
  ///
  /// - Parameter articles: all of them, with those marks.
  mutating func replace(_ summary: ArticleSummary, with articles: [ArticleSummary]) {
    switch storage {
    case .entries(var entries):
      storage = .entries([])
      for index in entries.indices {
        if case .article(let old, let sign) = entries[index], old.id == summary.id {
          entries[index] = .article(summary, sign)
        }
      }
      storage = .entries(entries)
    case .articles: storage = .articles(articles)
    case .some(_, let places): storage = .some(articles, places)
    }
  }
}
