import Foundation

/// Writes that are on the disk, whole or not at all, when they return.
enum DurableFile {
  /// Puts `data` in the place of the file at `path`; only its owner may read it.
  static func replace(_ path: String, with data: Data) throws {
    let draft = "\(path).\(UInt32.random(in: .min ... .max)).new"
    let descriptor = Foundation.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path) }
    defer { unlink(draft) }
    do {
      defer { Foundation.close(descriptor) }
      try writeAll(data, to: descriptor, path)
      guard fsync(descriptor) == 0 else { throw failure(path) }
    }
    try move(draft, to: path)
  }

  /// Renames within a directory, in one step, and waits until that is on the disk.
  static func move(_ source: String, to target: String) throws {
    guard rename(source, target) == 0 else { throw failure(target) }
    try syncDirectory(of: target)
  }

  static func writeAll(_ data: Data, to descriptor: Int32, _ path: String) throws {
    var rest = data
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(path) }
      rest = Data(rest.dropFirst(count))
    }
  }

  static func sync(_ path: String) throws {
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { Foundation.close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure(path) }
  }

  static func syncDirectory(of path: String) throws {
    try sync(URL(filePath: path).deletingLastPathComponent().path)
  }

  static func failure(_ path: String) -> StoreError {
    errno == ENOSPC ? .diskFull : .permissions("\(path): \(String(cString: strerror(errno)))")
  }
}
