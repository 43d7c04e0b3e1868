import Dispatch
import Foundation

/// Reads many articles at once, one piece of the list on each core.
enum ParallelRead {
  /// Below this the threads would cost more than they bring.
  private static let pieceSize = 64

  /// In the order of `readers`.
  static func results(of readers: [ArticleReader]) -> [ArticleReader.Result] {
    guard readers.count > pieceSize else { return readers.map { $0.read() } }
    let pieces = stride(from: 0, to: readers.count, by: pieceSize).map { start in
      readers[start..<min(start + pieceSize, readers.count)]
    }
    let done = Pieces(count: pieces.count)
    DispatchQueue.concurrentPerform(iterations: pieces.count) { number in
      done.set(number, pieces[number].map { $0.read() })
    }
    return done.all
  }

  private final class Pieces: @unchecked Sendable {
    private let lock = NSLock()
    // Read and written under `lock` only; that is why the class may be shared.
    private var results: [[ArticleReader.Result]]

    init(count: Int) { results = Array(repeating: [], count: count) }

    var all: [ArticleReader.Result] { lock.withLock { results.flatMap(\.self) } }

    func set(_ number: Int, _ read: [ArticleReader.Result]) { lock.withLock { results[number] = read } }
  }
}
