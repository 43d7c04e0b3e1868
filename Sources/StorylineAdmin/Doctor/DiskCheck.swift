import Foundation
import StorylineStore

/// Looks at the files of the database: whether they are there, for their owner alone, and have room to grow.
struct DiskCheck {
  let file: DatabaseFile
  /// Below this the service may soon be unable to take anything.
  static let leastFree = 100 << 20
  static let comfortable = 1 << 30

  func findings() -> [Finding] {
    guard file.exists else {
      return [
        .error("database", "there is none at \(file.path)", "name it with --database, or publish something first")
      ]
    }
    return [permissions("database", file.path), folder(), pepper(), ledger(), space()].compactMap(\.self)
  }

  private func permissions(_ subject: String, _ path: String) -> Finding {
    var facts = stat()
    guard stat(path, &facts) == 0 else {
      return .error(subject, "\(path): \(String(cString: strerror(errno)))", "check its owner")
    }
    guard facts.st_mode & 0o077 == 0 else {
      return .error(subject, "\(path) can be read by others", "run: chmod 600 \(path)")
    }
    guard access(path, R_OK | W_OK) == 0 else {
      return .error(subject, "\(path) cannot be read and written by this user", "run this as the service's user")
    }
    return .ok(subject, "\(path) is for its owner alone")
  }

  /// Who may write into the folder may put another database in the place of this one.
  private func folder() -> Finding {
    let folder = URL(fileURLWithPath: file.path).deletingLastPathComponent().path
    var facts = stat()
    guard stat(folder, &facts) == 0, facts.st_mode & 0o022 != 0, facts.st_mode & S_ISVTX == 0 else {
      return .ok("folder", "\(folder) is written by its owner alone")
    }
    return .error("folder", "others may write into \(folder)", "run: chmod go-w \(folder)")
  }

  private func pepper() -> Finding {
    let path = file.pepperFile
    guard FileManager.default.fileExists(atPath: path) else {
      return .error(
        "pepper", "\(path) is missing, so every token and invite is void",
        "bring it back from where you keep it; a new one signs every device out")
    }
    do {
      _ = try Pepper.loadOrCreate(at: path)
      return .ok("pepper", "\(path) is for its owner alone")
    } catch {
      return .error("pepper", "\(error)", "every token of the database hangs on it; keep a copy apart from the backups")
    }
  }

  private func ledger() -> Finding? {
    guard FileManager.default.fileExists(atPath: file.erasureLedger) else { return nil }
    return permissions("erasures", file.erasureLedger)
  }

  private func space() -> Finding {
    let folder = URL(fileURLWithPath: file.path).deletingLastPathComponent().path
    var facts = statvfs()
    guard statvfs(folder, &facts) == 0 else { return .warning("disk", "its free space is not known", "look with df") }
    let free = Int(facts.f_bavail) * Int(facts.f_frsize)
    let size = try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int
    return Self.verdict(free: free, database: size ?? 0, folder: folder)
  }

  /// A backup beside the database needs as much room as it has.
  static func verdict(free: Int, database: Int, folder: String) -> Finding {
    let words = "\(free >> 20) MiB free in \(folder), and the database has \(database >> 20) MiB"
    if free < leastFree { return .error("disk", words, "make room now: without it nothing is taken any more") }
    if free < max(comfortable, 2 * database) { return .warning("disk", words, "make room before it fills up") }
    return .ok("disk", words)
  }
}
