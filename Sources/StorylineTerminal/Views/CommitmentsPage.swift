import Foundation
import StorylineModels

/// Promises of help with their sums, newest first, and the totals of each currency.
struct CommitmentsPage {
  var commitments: [Commitment]
  /// Every commitment there is, for the titles of wholes and for the totals.
  var all: [Commitment]
  var showsList: Bool
  var names: Names
  var dates: DateWords

  private static let barWidth = 20

  func lines(_ layout: Layout) -> [Line] {
    if commitments.isEmpty { return [Line("No commitments.", .faint)] }
    let list = showsList ? Array(commitments.map { entry($0, layout) }.joined()) + [.empty] : []
    return list + totals(layout)
  }

  func entry(_ commitment: Commitment, _ layout: Layout) -> [Line] {
    let sum = commitment.money.map { MoneyWords.words($0, approximate: commitment.approximate) } ?? "no sum named"
    let period = commitment.until.map { ", until \(dates.words($0))" } ?? ""
    let parties = "\(names.names(commitment.from)) → \(names.names(commitment.to))"
    var about = [parties, PlainWords.name(commitment.type), PlainWords.name(commitment.status)]
    about.append(dates.words(commitment.date) + period)
    if let delivered = commitment.delivered, let currency = commitment.currency {
      about.append(MoneyWords.words(delivered.value, currency: currency) + " delivered")
    }
    if let whole = commitment.partOf {
      about.append("part of “\(all.first { $0.id == whole }?.title ?? whole.rawValue)”")
    }
    about += EvidenceWords.articles(commitment.evidence, names)
    return Columns.pair(
      [Span(commitment.title, .strong)], right: Span(sum), width: layout.table, isWide: layout.isWide)
      + Paragraph(PlainWords.facts(about), .faint, lead: [Span("  ")]).lines(width: layout.table)
  }

  func totals(_ layout: Layout) -> [Line] {
    let sums = CommitmentTotals(commitments, all: all)
    var notes = ["each currency for itself"]
    if sums.parts > 0 { notes.append("\(PlainWords.count(sums.parts, "part")) of a larger sum not counted again") }
    if sums.withoutSum > 0 { notes.append("\(sums.withoutSum) without a sum") }
    if sums.cancelled > 0 { notes.append("\(sums.cancelled) cancelled") }
    var lines = Paragraph(
      [Span("Totals", .heading), Span(" · " + PlainWords.facts(notes), .faint)], indent: 2
    ).lines(width: layout.table)
    if sums.totals.isEmpty { lines.append(Line("  No sums.", .faint)) }
    for total in sums.totals { lines += self.total(total, layout) }
    return lines
  }

  private func total(_ total: CommitmentTotals.Total, _ layout: Layout) -> [Line] {
    let announced = MoneyWords.words(total.announced, currency: total.currency, approximate: total.approximate)
    let delivered =
      total.delivered > 0
      ? MoneyWords.words(total.delivered, currency: total.currency) + " delivered" : "no delivery on record"
    let share = total.announced > 0 ? total.delivered / total.announced : 0
    // Something is never drawn as nothing, nor less than all as all.
    let part = NSDecimalNumber(decimal: share * Decimal(Self.barWidth)).intValue
    let filled = min(Self.barWidth, share > 0 ? max(1, part) : 0)
    let bar = [
      Span(String(repeating: "█", count: filled), .good),
      Span(String(repeating: "░", count: Self.barWidth - filled) + " \(Self.percent(share))", .faint),
    ]
    let lead = [Span("  \(total.currency)  ", .strong)]
    let indent = [Span("       ")]
    let lines =
      Paragraph("\(announced) announced", lead: lead).lines(width: layout.table)
      + Paragraph(delivered, lead: indent).lines(width: layout.table)
    // An empty bar would say that nothing has arrived, which nobody knows.
    return total.delivered > 0 ? lines + [Line(indent + bar)] : lines
  }

  private static func percent(_ share: Decimal) -> String {
    let percent = NSDecimalNumber(decimal: share * 100)
    if share > 0, percent.doubleValue < 1 { return "<1 %" }
    return "\(percent.intValue) %"
  }
}
