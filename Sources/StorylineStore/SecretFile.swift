import Foundation

/// A small file that only its owner may read.
enum SecretFile {
  /// nil if there is no file.
  static func read(at path: String) throws(StoreError) -> Data? {
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure(path)
    }
    defer { Foundation.close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path) }
    guard isPrivate(status) else {
      throw .permissions("\(path) can be read by others; run: chmod 600 \(path)")
    }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = Foundation.read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw failure(path) }
    return Data(bytes.prefix(count))
  }

  /// Whether nobody but its owner can read the file. systemd lets one user read a credential by an access list, which
  /// shows as mode 0440 of root and its group: that is private too.
  static func isPrivate(_ status: stat) -> Bool {
    let isCredential = status.st_uid == 0 && status.st_gid == 0 && status.st_mode & 0o777 == 0o440
    return isCredential || status.st_mode & 0o077 == 0
  }

  /// Creates the file whole or not at all; false if there is one already.
  static func create(at path: String, _ bytes: Data) throws(StoreError) -> Bool {
    let draft = "\(path).\(UInt32.random(in: .min ... .max)).new"
    let descriptor = Foundation.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path) }
    defer { unlink(draft) }
    let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
    let isOnDisk = fsync(descriptor) == 0
    Foundation.close(descriptor)
    guard written == bytes.count, isOnDisk else { throw failure(path) }
    // `link` and not `rename`: it never replaces a file that somebody else just made.
    if link(draft, path) == 0 { return true }
    if errno == EEXIST { return false }
    throw failure(path)
  }

  private static func failure(_ path: String) -> StoreError {
    errno == ENOSPC ? .diskFull : .permissions("\(path): \(String(cString: strerror(errno)))")
  }
}
