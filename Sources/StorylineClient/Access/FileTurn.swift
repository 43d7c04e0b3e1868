import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A process's turn at something that several processes of a device share. The system ends it with the process.
final class FileTurn: Sendable {
  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  /// nil while another one has it.
  static func take(at path: String) throws -> FileTurn? {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw TokenKeeperError.failed(path: path, doing: "lock", why: String(cString: strerror(errno)))
    }
    // Of the open file and not of the process: two users within one process wait for each other too.
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return FileTurn(descriptor: descriptor) }
    let reason = errno
    close(descriptor)
    guard reason == EWOULDBLOCK || reason == EINTR else {
      throw TokenKeeperError.failed(path: path, doing: "lock", why: String(cString: strerror(reason)))
    }
    return nil
  }

  deinit { close(descriptor) }
}
