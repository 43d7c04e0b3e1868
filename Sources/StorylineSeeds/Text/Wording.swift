import Foundation
import StorylineModels

/// Small helpers for messages and names.
enum Wording {
  /// An id made of any text: Latin letters, digits and hyphens, at most 64; nil if nothing is left.
  static func slug(from text: String) -> String? {
    let latin = text.applyingTransform(.toLatin, reverse: false) ?? text
    let plain = (latin.applyingTransform(.stripDiacritics, reverse: false) ?? latin).lowercased()
    var slug = ""
    for character in plain where character != "'" && character != "’" {
      if character.isASCII, character.isLetter || character.isNumber {
        slug.append(character)
      } else if !slug.isEmpty, slug.last != "-" {
        slug.append("-")
      }
    }
    slug = String(slug.prefix(Slug.maximumLength))
    while slug.last == "-" { slug.removeLast() }
    return slug.isEmpty ? nil : slug
  }

  /// “did you mean “x”?” for the nearest of `candidates`, if one is near.
  static func didYouMean(_ word: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(1, min(3, word.count / 3))
    let scored = candidates.compactMap { candidate in
      distance(word, candidate, limit: limit).map { (distance: $0, candidate: candidate) }
    }
    guard let best = scored.min(by: { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }) else { return nil }
    return "did you mean “\(best.candidate)”?"
  }

  /// `text`, cut to `limit` characters for a message.
  static func short(_ text: String, limit: Int = 60) -> String {
    text.count <= limit ? text : text.prefix(limit - 1).trimmingCharacters(in: .whitespaces) + "…"
  }

  static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
  }

  /// Edits between two words (insert, delete, replace, swap neighbours), nil if more than `limit`.
  static func distance(_ left: String, _ right: String, limit: Int) -> Int? {
    let a = Array(left.unicodeScalars)
    let b = Array(right.unicodeScalars)
    guard abs(a.count - b.count) <= limit else { return nil }
    var previous: [Int] = []
    var current = Array(0...b.count)
    for row in 0..<a.count {
      let older = previous
      previous = current
      current = [row + 1]
      for column in 0..<b.count {
        var cost = min(
          previous[column] + (a[row] == b[column] ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, a[row] == b[column - 1], a[row - 1] == b[column] {
          cost = min(cost, older[column - 1] + 1)
        }
        current.append(cost)
      }
    }
    return current[b.count] <= limit ? current[b.count] : nil
  }
}
