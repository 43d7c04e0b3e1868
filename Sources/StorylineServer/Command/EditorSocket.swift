import Foundation
import Logging

/// The file of the editor's socket: for the service's own user alone, and gone when the service is.
struct EditorSocket: Sendable {
  let path: String

  /// What the kernel takes for a socket's address, without the zero at its end.
  private static let longestPath = 107

  /// Removes what a service left that was killed; whoever holds the database may do that.
  ///
  /// - Parameter path: nil for no socket.
  /// - Throws: `StartupFailure` if something else is in its place.
  init?(_ path: String?, logger: Logger) throws {
    guard let path else { return nil }
    guard path.utf8.count <= Self.longestPath else {
      logger.warning("no editor socket: its path is longer than \(Self.longestPath) bytes; see editor.socket")
      return nil
    }
    self.path = path
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return }
    guard facts.st_mode & S_IFMT == S_IFSOCK else {
      throw StartupFailure("\(path): is in the place of the editor's socket; move it, or set editor.socket")
    }
    unlink(path)
  }

  /// Keeps everybody else out. The process's mask has done so already while the socket was being made.
  func close() { chmod(path, 0o600) }

  func remove() { unlink(path) }
}
