import Foundation

/// An exclusive lock on a file for as long as the value lives, or until `release()`.
///
/// The kernel drops it with the process, however that ends, so no stale lock is ever left behind.
public final class FileLock: @unchecked Sendable {
  // Guarded by `mutex`; everything else is constant, which is what makes the class safe to share.
  private var descriptor: Int32
  private let mutex = NSLock()

  public let path: String

  /// Takes the lock without waiting.
  ///
  /// - Throws: `SQLiteFailure.locked` if somebody else holds it, be it this process.
  public init(path: String) throws(SQLiteFailure) {
    let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SQLiteFailure.permissions("\(path): \(PrivateFile.reason(errno))") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      Foundation.close(descriptor)
      throw code == EWOULDBLOCK ? .locked(path) : .permissions("\(path): \(PrivateFile.reason(code))")
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { release() }

  /// Gives the lock up; again does nothing. The file stays: removing it would let two processes lock two files.
  public func release() {
    mutex.withLock {
      guard descriptor >= 0 else { return }
      // Closing alone is not enough: a child of this process that is just being started shares the descriptor, and with
      // it the lock, until it runs its own program.
      flock(descriptor, LOCK_UN)
      Foundation.close(descriptor)
      descriptor = -1
    }
  }
}
