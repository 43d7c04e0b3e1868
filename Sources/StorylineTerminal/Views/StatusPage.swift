import StorylineClient
import StorylineModels

/// Who is signed in where, how fresh the replica is, and what waits to go out.
struct StatusPage {
  var report: StatusReport
  var now: Timestamp
  var dates: DateWords

  func lines(_ layout: Layout) -> [Line] {
    let status = report.replica
    var rows = [
      ("Account", report.account.map { "\($0) on \(report.server ?? "")" } ?? "not signed in"),
      ("Folder", report.home),
      ("Last sync", status?.lastSyncedAt.map { dates.ago($0, now: now) } ?? "never"),
      ("Waiting", PlainWords.count(status?.pending ?? 0, "mark")),
    ]
    if let status {
      if status.quarantined > 0 { rows.append(("Refused", PlainWords.count(status.quarantined, "mark"))) }
      if status.undecodable > 0 {
        rows.append(("Not shown", "\(PlainWords.count(status.undecodable, "record")) of a newer version"))
      }
      rows.append(("Holds", counts(status.counts)))
    }
    return rows.flatMap { name, text in
      Paragraph(text, lead: [Span(Columns.padded(name, to: 11), .faint)]).lines(width: layout.prose)
    }
  }

  private func counts(_ counts: [String: Int]) -> String {
    let known = ContentKind.known.map(\.rawValue)
    let kinds = known.filter { counts[$0] != nil } + counts.keys.filter { !known.contains($0) }.sorted()
    let words = kinds.filter { counts[$0, default: 0] > 0 }.map { kind in
      PlainWords.count(counts[kind, default: 0], kind, Self.plurals[kind])
    }
    return words.isEmpty ? "nothing" : PlainWords.list(words)
  }

  private static let plurals = ["story": "stories"]
}
