import Dispatch
import Foundation

/// Does the same with each of many things, one piece of their list on each core.
enum Parallel {
  /// Below this the threads would cost more than they bring.
  private static let pieceSize = 64

  /// In the order of `items`.
  static func map<Item: Sendable, Value: Sendable>(
    _ items: [Item], _ transform: @escaping @Sendable (Item) -> Value
  ) -> [Value] {
    guard items.count > pieceSize else { return items.map(transform) }
    let pieces = stride(from: 0, to: items.count, by: pieceSize).map { start in
      items[start..<min(start + pieceSize, items.count)]
    }
    let done = Pieces<Value>(count: pieces.count)
    DispatchQueue.concurrentPerform(iterations: pieces.count) { number in
      done.set(number, pieces[number].map(transform))
    }
    return done.all
  }

  private final class Pieces<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    // Read and written under `lock` only; that is why the class may be shared.
    private var results: [[Value]]

    init(count: Int) { results = Array(repeating: [], count: count) }

    var all: [Value] { lock.withLock { results.flatMap(\.self) } }

    func set(_ number: Int, _ values: [Value]) { lock.withLock { results[number] = values } }
  }
}
