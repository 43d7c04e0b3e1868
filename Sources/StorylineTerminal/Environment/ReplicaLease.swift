import Foundation
import Synchronization

/// Tells other processes of this device that a replica's file is in use, so that none puts another file in its place.
///
/// The system ends it with the process, however that ends.
final class ReplicaLease: Sendable {
  private let held = Mutex<Int32?>(nil)

  deinit { release() }

  /// The file is closed; somebody else may put another one in its place.
  func release() {
    held.withLock { held in
      if let descriptor = held { close(descriptor) }
      held = nil
    }
  }

  /// Beside others. Where no lock file can be made, nothing can be replaced either, and reading goes on without one.
  func share(at path: String) throws {
    guard let descriptor = descriptor(of: path) else { return }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return }
    throw CommandFailure(.error, "another storyline repairs \(path) at this moment; try again when it is done")
  }

  /// Alone, to put another file in its place.
  func takeAlone(at path: String) throws {
    guard let descriptor = descriptor(of: path) else {
      throw CommandFailure(.error, "cannot write beside \(path): \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
    throw CommandFailure(.error, "another storyline has \(path) open; end it first, then try again")
  }

  /// nil, with `errno`, if there is no file to lock.
  private func descriptor(of path: String) -> Int32? {
    held.withLock { held in
      if let held { return held }
      let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { return nil }
      held = descriptor
      return descriptor
    }
  }
}
