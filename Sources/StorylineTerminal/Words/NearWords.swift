/// Words that somebody may have meant.
enum NearWords {
  /// The word that differs from `text` by the fewest letters, if they are few.
  static func nearest(to text: String, in words: [String]) -> String? {
    let wanted = Array(text.lowercased().utf8.prefix(80))
    let ranked = words.map { (distance: distance(wanted, Array($0.lowercased().utf8)), word: $0) }
    guard let best = ranked.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }),
      best.distance <= max(1, text.utf8.count / 3)
    else { return nil }
    return best.word
  }

  /// `; did you mean “sync”?`, or nothing.
  static func question(_ word: String?) -> String { word.map { "; did you mean “\($0)”?" } ?? "" }

  /// How many letters to add, drop, change or exchange with their neighbour (optimal string alignment).
  static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var before: [Int] = []
    var last = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var row = [i + 1]
      for (j, b) in right.enumerated() {
        var least = min(last[j] + (a == b ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { least = min(least, before[j - 1] + 1) }
        row.append(least)
      }
      (before, last) = (last, row)
    }
    return last[right.count]
  }
}
