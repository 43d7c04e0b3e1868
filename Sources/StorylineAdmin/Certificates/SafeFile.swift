import Crypto
import Foundation

/// Files of keys and certificates: written whole or not at all, and read only if nobody else can read the key.
enum SafeFile {
  static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw AdminFailure("the folder \(path) cannot be made; check that its parent is there and yours")
    }
  }

  static func write(_ text: String, to path: String, mode: mode_t) throws {
    let draft = "\(path).\(UInt32.random(in: .min ... .max)).new"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure(path) }
    defer { unlink(draft) }
    let bytes = Array((text.hasSuffix("\n") ? text : text + "\n").utf8)
    let isWritten = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) } == bytes.count
    let isOnDisk = fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, isOnDisk, rename(draft, path) == 0 else { throw failure(path) }
  }

  static func text(at path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8) else {
      throw AdminFailure("\(path) cannot be read; check its owner and mode")
    }
    return text
  }

  static func key(at path: String) throws -> P256.Signing.PrivateKey {
    var status = stat()
    guard stat(path, &status) == 0 else { throw failure(path) }
    guard status.st_mode & 0o077 == 0 else {
      throw AdminFailure("\(path) can be read by others; run: chmod 600 \(path)")
    }
    guard let key = try? P256.Signing.PrivateKey(pemRepresentation: text(at: path)) else {
      throw AdminFailure("\(path) is not a P-256 key in PEM; move it away to make a new one")
    }
    return key
  }

  private static func failure(_ path: String) -> AdminFailure {
    AdminFailure("\(path): \(String(cString: strerror(errno)))")
  }
}
