import Foundation
import StorylineModels

/// Reads `text/event-stream` (WHATWG HTML, 9.2.6) as far as ours needs it: the fields `event` and `data`.
struct EventStreamParser {
  /// Ours are a few hundred bytes; what does not end is not ours.
  private static let maximumLine = 16 * 1024

  private var line = Data()
  private var name = ""
  private var data: [String] = []
  private var afterReturn = false

  /// - Throws: `DamagedReply` if a line has no end.
  mutating func events(in bytes: Data) throws -> [LiveEvent] {
    var events: [LiveEvent] = []
    for byte in bytes {
      // CR, LF and CRLF end a line.
      if byte == 0x0A, afterReturn {
        afterReturn = false
        continue
      }
      afterReturn = byte == 0x0D
      guard byte == 0x0A || byte == 0x0D else {
        line.append(byte)
        guard line.count <= Self.maximumLine else { throw DamagedReply(why: "an event without an end") }
        continue
      }
      if let event = endLine() { events.append(event) }
    }
    return events
  }

  private mutating func endLine() -> LiveEvent? {
    defer { line = Data() }
    guard !line.isEmpty else { return endEvent() }
    let text = String(decoding: line, as: UTF8.self)
    let colon = text.firstIndex(of: ":") ?? text.endIndex
    var value = text[colon...].dropFirst()
    if value.first == " " { value = value.dropFirst() }
    switch text[..<colon] {
    case "event": name = String(value)
    case "data": data.append(String(value))
    default: break
    }
    return nil
  }

  private mutating func endEvent() -> LiveEvent? {
    defer {
      name = ""
      data = []
    }
    let payload = Data(data.joined(separator: "\n").utf8)
    switch name {
    case "hello": return (try? StorylineJSON.decode(LiveEvent.Hello.self, from: payload)).map(LiveEvent.hello)
    case "state": return (try? StorylineJSON.decode(LiveState.self, from: payload)).map(LiveEvent.state)
    case "bye": return (try? StorylineJSON.decode(LiveEvent.Bye.self, from: payload)).map(LiveEvent.bye)
    case "ping": return .ping
    default: return nil
    }
  }
}
