import Foundation
import StorylineModels

/// Sums as a reader says them: `€40 billion`, `NOK 85 billion`, `$1,234,567`. Exact: nothing is rounded.
enum MoneyWords {
  static func words(_ amount: Decimal, currency: String, approximate: Bool = false) -> String {
    let symbol = symbols[currency] ?? currency + " "
    return (approximate ? "about " : "") + symbol + figure(amount)
  }

  static func words(_ money: Money, approximate: Bool = false) -> String {
    words(money.amount.value, currency: money.currency, approximate: approximate)
  }

  private static let symbols = ["EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"]
  private static let scales: [(power: Int, name: String)] = [(12, "trillion"), (9, "billion"), (6, "million")]

  private static func figure(_ amount: Decimal) -> String {
    for scale in scales where amount >= pow(10, scale.power) {
      let share = amount / pow(10, scale.power)
      // Only where three decimals say all of it; else the figure itself.
      if isWhole(share * 1000) { return "\(grouped(share)) \(scale.name)" }
      break
    }
    return grouped(amount)
  }

  private static func isWhole(_ value: Decimal) -> Bool {
    var value = value
    var rounded = Decimal()
    NSDecimalRound(&rounded, &value, 0, .plain)
    return rounded == value
  }

  private static func grouped(_ value: Decimal) -> String {
    let parts = "\(value)".split(separator: ".", maxSplits: 1)
    var digits = String(parts[0])
    var index = digits.endIndex
    while digits.distance(from: digits.startIndex, to: index) > 3 {
      index = digits.index(index, offsetBy: -3)
      digits.insert(",", at: index)
    }
    return parts.count > 1 ? "\(digits).\(parts[1])" : digits
  }
}
