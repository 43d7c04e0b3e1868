import CStorylineTerm
import Foundation

/// Where text goes to, and what is known about the other end.
public struct TextSink: Sendable {
  public var isTerminal: Bool
  /// Of a terminal, if it says so.
  public var columns: Int?
  /// Writes all of it. Throws `OutputClosed` if nobody reads it any more.
  public var write: @Sendable (String) throws -> Void

  public init(isTerminal: Bool, columns: Int? = nil, write: @escaping @Sendable (String) throws -> Void) {
    self.isTerminal = isTerminal
    self.columns = columns
    self.write = write
  }

  /// An open file of this process.
  public static func descriptor(_ descriptor: Int32) -> TextSink {
    let columns = Int(storyline_terminal_columns(descriptor))
    return TextSink(isTerminal: isatty(descriptor) == 1, columns: columns > 0 ? columns : nil) { text in
      try writeAll(Array(text.utf8), to: descriptor)
    }
  }

  /// Sees to it that 0, 1 and 2 are open: with one of them closed, the next file opened would take its number, and
  /// what we print would be written into it.
  static func reserveStandardDescriptors() {
    for descriptor in Int32(0)...2 {
      let copy = dup(descriptor)
      if copy >= 0 { close(copy) } else { _ = open("/dev/null", O_RDWR) }
    }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written >= 0 {
        rest = rest.dropFirst(written)
      } else if errno == EPIPE {
        throw OutputClosed()
      } else if errno == EAGAIN {
        // A shared terminal may have been made non-blocking by another program: wait until it takes more.
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, -1)
      } else if errno != EINTR {
        throw CommandFailure(.error, "cannot write the output: \(String(cString: strerror(errno)))")
      }
    }
  }
}

/// The reader of our output has gone: `storyline articles | head -3`. No error, only the end.
public struct OutputClosed: Error {}
