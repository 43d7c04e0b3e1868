import StorylineScreen

/// Where things stand on a screen of a size.
struct ScreenPlan: Hashable, Sendable {
  /// Below this nothing can be read.
  static let smallest = ScreenSize(columns: 30, rows: 8)
  /// From here on a list and an article stand side by side.
  static let wide = 120

  let size: ScreenSize
  let body: Range<Int>
  /// nil while only the article is shown.
  let list: Range<Int>?
  /// nil while only the list is shown.
  let reader: Range<Int>?
  private let proseLimit: Int

  init(_ state: AppState) {
    size = state.size
    proseLimit = state.settings.width
    body = min(3, size.rows)..<max(min(3, size.rows), size.rows - 1)
    let all = 0..<size.columns
    guard state.reader != nil || state.hasPreview else {
      list = all
      reader = nil
      return
    }
    guard size.columns >= Self.wide, state.settings.isSplit else {
      list = state.isReading ? nil : all
      reader = state.isReading ? all : nil
      return
    }
    let edge = max(44, size.columns * 2 / 5)
    list = 0..<edge
    reader = (edge + 1)..<size.columns
  }

  var isTooSmall: Bool { size.columns < Self.smallest.columns || size.rows < Self.smallest.rows }

  /// Of the list, without the bar and the margins.
  var listLayout: Layout { layout(columns: (list?.count ?? size.columns) - 4, limit: Layout.proseWidth) }

  /// Of the article, without the margins and the signs of change.
  var readerLayout: Layout {
    layout(columns: min(proseLimit, (reader?.count ?? size.columns) - 4), limit: proseLimit)
  }

  /// The column that the list's text begins in; the bar stands two before it.
  var listColumn: Int {
    let columns = list ?? 0..<size.columns
    return columns.lowerBound + max(2, (columns.count - listLayout.table) / 2)
  }

  var readerColumn: Int {
    let columns = reader ?? 0..<size.columns
    return columns.lowerBound + max(2, (columns.count - readerLayout.prose) / 2)
  }

  private func layout(columns: Int, limit: Int) -> Layout {
    var layout = Layout(width: columns, hasLooks: true)
    layout.proseLimit = limit
    layout.namesIDs = false
    return layout
  }
}
