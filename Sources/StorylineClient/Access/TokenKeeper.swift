import Foundation
import StorylineModels

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Keeps a device's credentials in one file that nobody else can read.
public struct TokenKeeper: Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  /// The credentials, or nil if there is no file.
  ///
  /// - Throws: `TokenKeeperError` if others may read the file, or it is not ours.
  public func load() throws -> Credentials? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw TokenKeeperError.failed(path: path, doing: "read", why: Self.reason())
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    // Of the open file and not of its name: between two looks at a name the file behind it may change.
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else {
      throw TokenKeeperError.failed(path: path, doing: "read", why: Self.reason())
    }
    guard facts.st_mode & S_IFMT == S_IFREG else { throw TokenKeeperError.notAFile(path: path) }
    guard facts.st_mode & 0o077 == 0 else { throw TokenKeeperError.readableByOthers(path: path) }
    guard let data = try file.readToEnd(), let credentials = try? JSONDecoder().decode(Credentials.self, from: data)
    else { throw TokenKeeperError.damaged(path: path) }
    return credentials
  }

  /// Stores them durably: after a crash the file holds either the old credentials or the new ones.
  public func save(_ credentials: Credentials) throws {
    let folder = (path as NSString).deletingLastPathComponent
    if !folder.isEmpty {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    let temporary = path + ".\(UUID().uuidString).tmp"
    do {
      try write(try JSONEncoder().encode(credentials), to: temporary)
      guard rename(temporary, path) == 0 else {
        throw TokenKeeperError.failed(path: path, doing: "write", why: Self.reason())
      }
    } catch {
      unlink(temporary)
      throw error
    }
    try synchronizeFolder(folder.isEmpty ? "." : folder)
  }

  /// Runs `body` while no other process or task that asks for this is in it.
  ///
  /// - Throws: `TransportError.timedOut` if another one keeps it for half a minute: it may have been put to sleep in the
  ///   middle of a request, and goes on when it wakes.
  public func withLock<Value: Sendable>(
    clock: any SyncClock, _ body: () async throws -> Value
  ) async throws -> Value {
    for _ in 0..<Self.lockTries {
      if let turn = try FileTurn.take(at: path + ".lock") {
        defer { withExtendedLifetime(turn) {} }
        return try await body()
      }
      try await clock.sleep(for: Self.lockPause)
    }
    throw TransportError.timedOut
  }

  private static let lockTries = 600
  private static let lockPause = Duration.milliseconds(50)

  /// Removes them; harmless if there are none.
  public func wipe() throws {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw TokenKeeperError.failed(path: path, doing: "remove", why: Self.reason())
    }
  }

  private func write(_ data: Data, to temporary: String) throws {
    // Made with these rights from the start: a chmod afterwards would leave a moment in which others can open it.
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw TokenKeeperError.failed(path: path, doing: "write", why: Self.reason()) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try file.write(contentsOf: data)
    guard fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0 else {
      throw TokenKeeperError.failed(path: path, doing: "write", why: Self.reason())
    }
    try file.close()
  }

  /// The new name is on the disk only when its folder is.
  private func synchronizeFolder(_ folder: String) throws {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw TokenKeeperError.failed(path: path, doing: "write", why: Self.reason()) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw TokenKeeperError.failed(path: path, doing: "write", why: Self.reason())
    }
  }

  private static func reason() -> String { String(cString: strerror(errno)) }
}

/// Why the credentials could not be read or kept.
public enum TokenKeeperError: Error, Hashable, Sendable, CustomStringConvertible {
  case readableByOthers(path: String)
  case notAFile(path: String)
  case damaged(path: String)
  case failed(path: String, doing: String, why: String)

  public var description: String {
    switch self {
    case .readableByOthers(let path):
      "\(path) can be read by other users; treat the token in it as stolen, or run: chmod 600 \(path)"
    case .notAFile(let path): "\(path) is not a file"
    case .damaged(let path): "\(path) does not hold credentials; sign in again"
    case .failed(let path, let doing, let why): "cannot \(doing) \(path): \(why)"
    }
  }
}
