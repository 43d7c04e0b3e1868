public import Foundation

/// A decimal number that is written as text, so that no sum passes through a binary fraction: `40000000000`, `0.5`.
public struct DecimalText: TextCoded, Hashable, Sendable {
  public static let form = #"an amount; write digits in quotes, such as "725000000""#

  public let text: String

  /// nil unless `text` is digits, at most one point with digits on both sides, and nothing else.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let isDigits = { (part: Substring) in !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) } }
    guard text.utf8.count <= 30, parts.allSatisfy(isDigits) else { return nil }
    self.text = text
  }

  public var value: Decimal { Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")) ?? 0 }

  public var description: String { text }

}

/// An amount in one currency. Amounts of different currencies are never added.
public struct Money: Hashable, Sendable, Codable {
  public var amount: DecimalText
  /// ISO 4217, three capital letters.
  public var currency: String

  public init(amount: DecimalText, currency: String) {
    self.amount = amount
    self.currency = currency
  }

  /// Whether `text` has the form of an ISO 4217 code.
  public static func isCurrencyCode(_ text: String) -> Bool {
    text.utf8.count == 3 && text.utf8.allSatisfy { (65...90).contains($0) }
  }
}
