import Foundation
import GRDB

/// Keeps a database's writer busy until it is told to let go.
///
/// On a thread of its own: a blocked thread of the pool could be the last one that a two-core machine has.
final class WriterHold: @unchecked Sendable {
  private let gate = DispatchSemaphore(value: 0)
  private let lock = NSLock()
  // Read and written under `lock` only; that is why the class may be shared.
  private var holds = false

  /// Returns when the writer is taken.
  init(_ writer: any DatabaseWriter) async {
    Thread.detachNewThread {
      writer.unsafeReentrantWrite { _ in
        self.lock.withLock { self.holds = true }
        self.gate.wait()
      }
    }
    while !lock.withLock({ holds }) { try? await Task.sleep(for: .milliseconds(2)) }
  }

  func release() { gate.signal() }
}
