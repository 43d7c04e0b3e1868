import StorylineClient
import StorylineModels

/// A list of articles, newest first.
struct ArticlesPage {
  var articles: [ArticleSummary]
  var dates: DateWords

  func lines(_ layout: Layout) -> [Line] {
    if articles.isEmpty { return [Line("No articles.", .faint)] }
    return articles.flatMap { entry($0, layout) }
  }

  private func entry(_ article: ArticleSummary, _ layout: Layout) -> [Line] {
    let date = article.publishedAt.map(dates.day) ?? ""
    var about = [article.id.rawValue]
    if let source = article.source { about.append(source) }
    about.append("\(article.readingMinutes) min")
    if article.isSaved { about.append("saved") }
    if article.isCorrected { about.append("corrected") }
    let sign = Span(article.isRead ? "  " : "● ", .unread)
    return Columns.pair(
      [Span(article.headline, article.isRead ? .plain : .strong)], right: Span(date, .faint), lead: [sign],
      width: layout.table, isWide: layout.isWide)
      + Paragraph(PlainWords.facts(about), .faint, lead: [Span("  ")]).lines(width: layout.table)
  }
}
