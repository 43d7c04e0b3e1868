import Foundation

/// Files that only their owner may read.
enum PrivateFile {
  /// Creates an empty file with mode 0600; SQLite gives the same mode to the journals it puts beside it.
  static func createIfMissing(at path: String) throws(SQLiteFailure) {
    let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 {
      Foundation.close(descriptor)
    } else if errno != EEXIST {
      throw errno == ENOSPC ? .full : .permissions("\(path): \(reason(errno))")
    }
  }

  /// Bytes; 0 if there is no such file.
  static func size(at path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
