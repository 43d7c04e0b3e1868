import Foundation

/// Looks at who has the database, without touching the lock: to take it, even for a moment, could keep a service from
/// starting.
struct LockCheck {
  let file: DatabaseFile

  private static let looks = 10

  func findings() -> [Finding] {
    let hasSocket = isSocket(file.socket)
    guard let holder = holder() else {
      let words = "nobody has the database open"
      return [
        hasSocket
          ? .warning(
            "lock", "\(words), but \(file.socket) is there", "a killed service left it; the next start removes it")
          : .ok("lock", words)
      ]
    }
    let name = Self.name(of: holder)
    let words = "process \(holder) (\(name ?? "another user's")) has the database"
    guard hasSocket else {
      return [
        .warning(
          "lock", "\(words), and takes no commits: \(file.socket) is not there",
          "if it is storylined, see editor.socket in its configuration")
      ]
    }
    return [.ok("lock", words), socket()]
  }

  private func socket() -> Finding {
    var facts = stat()
    guard stat(file.socket, &facts) == 0, facts.st_mode & 0o077 != 0 else {
      return .ok("socket", "\(file.socket) is for its owner alone")
    }
    return .error("socket", "others may publish through \(file.socket)", "run: chmod 600 \(file.socket)")
  }

  private func isSocket(_ path: String) -> Bool {
    var facts = stat()
    return lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFSOCK
  }

  /// The program that has the lock; nil if none has, or it is another user's.
  func holderName() -> String? { holder().flatMap(Self.name) }

  private static func name(of process: Int32) -> String? {
    (try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8))?.trimmingCharacters(in: .newlines)
  }

  /// The process that has the lock, as the kernel lists it.
  func holder() -> Int32? {
    var facts = stat()
    guard stat(file.path + ".lock", &facts) == 0 else { return nil }
    // The kernel gives the list a page at a time, and what is given up between two pages makes it skip others.
    for _ in 0..<Self.looks {
      guard let list = Self.kernelList() else { return nil }
      if let holder = Self.holder(of: UInt64(facts.st_ino), in: list) { return holder }
    }
    return nil
  }

  /// Read to its end: the kernel tells no size, and gives some eighty locks at a time.
  private static func kernelList() -> String? {
    guard let file = FileHandle(forReadingAtPath: "/proc/locks") else { return nil }
    var bytes = Data()
    while let part = try? file.read(upToCount: 4096), !part.isEmpty { bytes += part }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `1: FLOCK  ADVISORY  WRITE 4711 fe:00:131090 0 EOF`
  static func holder(of inode: UInt64, in list: String) -> Int32? {
    for line in list.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 5, words[1] == "FLOCK", words[5].split(separator: ":").last.map(String.init) == "\(inode)"
      else {
        continue
      }
      return Int32(words[4])
    }
    return nil
  }
}
