import Foundation
import StorylineModels

/// Who said what, newest first.
struct QuotesPage {
  var quotes: [Quote]
  var names: Names
  var dates: DateWords

  func lines(_ layout: Layout) -> [Line] {
    if quotes.isEmpty { return [Line("No quotes.", .faint)] }
    return Array(quotes.map { entry($0, layout) }.joined(separator: [.empty]))
  }

  func entry(_ quote: Quote, _ layout: Layout) -> [Line] {
    let name = names.name(quote.speaker)
    // What a ministry says has the ministry's name twice.
    let title = quote.speakerTitle.flatMap { $0 == name ? nil : ", " + $0 } ?? ""
    let speaker = [Span(name, .strong), Span(title)]
    return Paragraph([Span("“")] + InlineSpans.of(quote.text) + [Span("”")]).lines(width: layout.prose)
      + Paragraph(speaker, lead: [Span("  — ")]).lines(width: layout.prose)
      + Paragraph(about(quote), .faint, lead: [Span("    ")]).lines(width: layout.prose)
  }

  private func about(_ quote: Quote) -> String {
    let occasion = [dates.words(quote.date), quote.place, quote.occasion].compactMap(\.self).joined(separator: ", ")
    let translation = quote.translated ? ["translated from \(Self.language(quote.language))"] : []
    return PlainWords.facts([occasion] + translation + EvidenceWords.articles(quote.evidence, names))
  }

  private static func language(_ code: String) -> String {
    Locale(identifier: "en_GB").localizedString(forLanguageCode: code) ?? code
  }
}
