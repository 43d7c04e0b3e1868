import StorylineModels

/// Which of some changed blocks are versions of which, by the words they share.
enum Likeness {
  /// Below this share of common words two blocks count as different ones.
  static let threshold = 0.4

  /// Pairs of indices, rising on both sides, whose likenesses add up to the most.
  static func pairs(_ old: [Block], _ new: [Block]) -> [(Int, Int)] {
    // A gap of hundreds of changed blocks on both sides is another text: let the blocks be new ones.
    guard old.count * new.count <= 250_000 else { return [] }
    let oldWords = old.map(words)
    let newWords = new.map(words)
    var best = Array(repeating: Array(repeating: 0.0, count: new.count + 1), count: old.count + 1)
    var likeness = Array(repeating: Array(repeating: 0.0, count: new.count), count: old.count)
    for row in old.indices.reversed() {
      for column in new.indices.reversed() {
        let value = old[row].role == new[column].role ? share(oldWords[row], newWords[column]) : 0
        likeness[row][column] = value < threshold ? 0 : value
        best[row][column] = max(
          best[row + 1][column], best[row][column + 1], best[row + 1][column + 1] + likeness[row][column])
      }
    }
    return walk(best, likeness)
  }

  private static func walk(_ best: [[Double]], _ likeness: [[Double]]) -> [(Int, Int)] {
    var pairs: [(Int, Int)] = []
    var (row, column) = (0, 0)
    while row < likeness.count, column < likeness[row].count {
      if likeness[row][column] > 0, best[row][column] == best[row + 1][column + 1] + likeness[row][column] {
        pairs.append((row, column))
        (row, column) = (row + 1, column + 1)
      } else if best[row][column] == best[row + 1][column] {
        row += 1
      } else {
        column += 1
      }
    }
    return pairs
  }

  private static func words(_ block: Block) -> Set<Substring> {
    Set(block.texts.flatMap { $0.split { !$0.isLetter && !$0.isNumber } })
  }

  /// Common words against all words of both.
  private static func share(_ left: Set<Substring>, _ right: Set<Substring>) -> Double {
    let all = left.union(right).count
    return all == 0 ? 0 : Double(left.intersection(right).count) / Double(all)
  }
}
