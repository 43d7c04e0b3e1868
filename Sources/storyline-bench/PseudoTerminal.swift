import Foundation

/// A program on a pseudo-terminal, as it stands before a reader.
final class PseudoTerminal {
  private let master: Int32
  private let process = Process()
  private let start: ContinuousClock.Instant
  private(set) var seen = Data()

  /// TIOCSPTLCK and TIOCGPTN of asm-generic/ioctls.h.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430

  init(_ program: String, _ arguments: [String], columns: UInt16 = 80, rows: UInt16 = 24) throws {
    // What openpty does on Linux; Swift does not see that function.
    master = Foundation.open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (locked, number): (Int32, UInt32) = (0, 0)
    guard master >= 0, ioctl(master, Self.setLock, &locked) == 0, ioctl(master, Self.getNumber, &number) == 0 else {
      throw BenchError("no pseudo-terminal")
    }
    let slave = Foundation.open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard slave >= 0 else { throw BenchError("no pseudo-terminal") }
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    let handle = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    environment["TERM"] = "xterm-256color"
    environment["LANG"] = "C.UTF-8"
    environment["NO_COLOR"] = nil
    process.environment = environment
    (process.standardInput, process.standardOutput, process.standardError) = (handle, handle, handle)
    start = .now
    try process.run()
  }

  deinit {
    if process.isRunning { process.terminate() }
    close(master)
  }

  var identifier: Int32 { process.processIdentifier }

  /// Milliseconds from the start of the program until words stood on the screen.
  func milliseconds(until words: String) throws -> Double {
    let wanted = Data(words.utf8)
    while seen.firstRange(of: wanted) == nil {
      guard read(within: 20_000) else { throw BenchError("never saw “\(words)”") }
    }
    return Self.milliseconds(ContinuousClock.now - start)
  }

  /// Milliseconds from a key to the first byte of the answer.
  func milliseconds(after key: String) throws -> Double {
    while read(within: 0) {}
    let pressed = ContinuousClock.now
    press(key)
    guard read(within: 20_000) else { throw BenchError("no answer to a key") }
    return Self.milliseconds(ContinuousClock.now - pressed)
  }

  func press(_ keys: String) {
    let bytes = Array(keys.utf8)
    _ = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
  }

  /// Reads until nothing comes for so long.
  func settle(milliseconds: Int32) { while read(within: milliseconds) {} }

  func quit() {
    press("Q")
    settle(milliseconds: 200)
    process.waitUntilExit()
  }

  /// Megabytes: what is resident now, and what was at the most.
  var memory: (now: Double, most: Double) {
    let status = (try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)) ?? ""
    let figure = { (name: String) -> Double in
      let line = status.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
      return Double(line.split(separator: "\t").last?.split(separator: " ").first ?? "") ?? 0
    }
    return (figure("VmRSS:") / 1024, figure("VmHWM:") / 1024)
  }

  /// Milliseconds that a thread of the program was ready to run and had no processor, since it began (proc(5), schedstat).
  func waitedForProcessor(thread name: String) -> Double? {
    let folder = "/proc/\(identifier)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let text = { (thread: String, file: String) in
      (try? String(contentsOfFile: "\(folder)/\(thread)/\(file)", encoding: .utf8)) ?? ""
    }
    guard let thread = threads.first(where: { text($0, "comm") == name + "\n" }) else { return nil }
    let figures = text(thread, "schedstat").split(separator: " ")
    return figures.count > 1 ? Double(figures[1]).map { $0 / 1e6 } : nil
  }

  private func read(within milliseconds: Int32) -> Bool {
    var ready = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&ready, 1, milliseconds) > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = Foundation.read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    seen += buffer[..<count]
    return true
  }

  private static func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }
}

/// A server that is none: it lets itself be called and never answers, or answers a byte at a time.
final class DeadServer: @unchecked Sendable {
  enum Manner: Sendable { case silent, slow }

  let port: Int
  private let listener: Int32

  init(_ manner: Manner) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard listener >= 0, isBound else { throw BenchError("no port") }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread {
      while true {
        let caller = accept(listener, nil, nil)
        guard caller >= 0 else { return }
        // A record of TLS whose end never comes.
        if manner == .slow { Thread.detachNewThread { Self.trickle(into: caller) } }
      }
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  private static func trickle(into caller: Int32) {
    for byte in [0x16, 0x03, 0x03, 0x40, 0x00] as [UInt8] + Array(repeating: 0, count: 1000) {
      var byte = byte
      guard send(caller, &byte, 1, Int32(MSG_NOSIGNAL)) == 1 else { return }
      Thread.sleep(forTimeInterval: 0.1)
    }
  }
}
