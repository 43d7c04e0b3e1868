import Foundation
import StorylineModels

/// What was promised and what has arrived, summed for each currency alone.
///
/// A commitment that is part of another one in the same list is not counted again. A cancelled one does not count.
struct CommitmentTotals: Sendable {
  struct Total: Hashable, Sendable {
    var currency: String
    var announced: Decimal
    var delivered: Decimal
    /// Whether one of the sums is a round figure.
    var approximate: Bool
  }

  /// By currency code.
  let totals: [Total]
  /// How many were left out because a larger one counts them.
  let parts: Int
  /// How many name no sum.
  let withoutSum: Int
  let cancelled: Int

  /// - Parameter all: every commitment there is, so that a part of a part finds its whole in a filtered list too.
  init(_ commitments: [Commitment], all: [Commitment]) {
    let counted = commitments.filter { $0.status != .cancelled }
    let wholes = Dictionary(all.map { ($0.id, $0.partOf) }) { first, _ in first }
    let countedIDs = Set(counted.map(\.id))
    let roots = counted.filter { !Self.isPart($0.id, of: countedIDs, wholes: wholes) }
    let children = Dictionary(grouping: all.filter { $0.status != .cancelled && $0.partOf != nil }) { $0.partOf }
    var sums: [String: Total] = [:]
    for root in roots {
      guard let money = root.money else { continue }
      var total =
        sums[money.currency]
        ?? Total(currency: money.currency, announced: 0, delivered: 0, approximate: false)
      total.announced += money.amount.value
      total.delivered += Self.delivered(of: root, currency: money.currency, children: children, depth: 0)
      total.approximate = total.approximate || root.approximate
      sums[money.currency] = total
    }
    totals = sums.values.sorted { $0.currency < $1.currency }
    parts = counted.count - roots.count
    withoutSum = roots.count { $0.money == nil }
    cancelled = commitments.count - counted.count
  }

  private static func isPart(
    _ id: Identifier<Commitment>, of counted: Set<Identifier<Commitment>>,
    wholes: [Identifier<Commitment>: Identifier<Commitment>?]
  ) -> Bool {
    var above: [Identifier<Commitment>] = []
    var next = wholes[id] ?? nil
    while let whole = next, whole != id, !above.contains(whole) {
      above.append(whole)
      next = wholes[whole] ?? nil
    }
    let isCircle = next == id
    // Rows that are parts of each other are a fault of the text; the smallest id is then the whole.
    return above.contains { counted.contains($0) && (!isCircle || $0 < id) }
  }

  /// What is recorded for the whole; else the sum of what is recorded for its parts.
  private static func delivered(
    of commitment: Commitment, currency: String, children: [Identifier<Commitment>?: [Commitment]], depth: Int
  ) -> Decimal {
    guard commitment.currency == currency, depth < 8 else { return 0 }
    if let delivered = commitment.delivered { return delivered.value }
    if commitment.status == .delivered, let amount = commitment.amount { return amount.value }
    return (children[commitment.id] ?? []).reduce(0) {
      $0 + delivered(of: $1, currency: currency, children: children, depth: depth + 1)
    }
  }
}
