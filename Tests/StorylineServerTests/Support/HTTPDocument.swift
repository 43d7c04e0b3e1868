import Foundation

/// A Markdown document with exchanges in it, as steps in their order.
///
/// Blocks marked `http` are requests and replies, blocks marked `ndjson` the rows of a file that came before them, and
/// comments `<!-- test: … -->` what happens on the server meanwhile.
struct HTTPDocument {
  struct Step {
    enum Kind {
      case request(HTTPMessage)
      case reply(HTTPMessage)
      case rows([String])
      case event([String])
    }
    var kind: Kind
    var line: Int
  }

  var steps: [Step] = []

  init(_ text: String) throws {
    var block: (language: String, line: Int, lines: [String])?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).enumerated() {
      if let open = block {
        if line == "```" {
          try add(open.language, open.lines, line: open.line)
          block = nil
        } else {
          block?.lines.append(line)
        }
      } else if line.hasPrefix("```") {
        block = (String(line.dropFirst(3)), index + 1, [])
      } else if let event = line.wholeMatch(of: /<!-- test: (.+) -->/) {
        steps.append(Step(kind: .event(event.1.split(separator: " ").map(String.init)), line: index + 1))
      }
    }
  }

  private mutating func add(_ language: String, _ lines: [String], line: Int) throws {
    switch language {
    case "http":
      let message = try HTTPMessage(lines)
      steps.append(Step(kind: message.isReply ? .reply(message) : .request(message), line: line))
    case "ndjson": steps.append(Step(kind: .rows(lines), line: line))
    default: break
    }
  }
}

/// A request or reply as a document shows it.
struct HTTPMessage {
  struct Malformed: Error { let lines: [String] }

  /// Method, address and version, or version, status and words.
  var start: [String]
  var headers: [(name: String, value: String)] = []
  var body: String

  init(_ lines: [String]) throws {
    let parts = lines.split(separator: "", maxSplits: 1, omittingEmptySubsequences: false)
    guard let head = parts.first, let first = head.first else { throw Malformed(lines: lines) }
    start = first.split(separator: " ").map(String.init)
    for line in head.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { throw Malformed(lines: lines) }
      headers.append(
        (line[..<colon].lowercased(), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)))
    }
    body = parts.count > 1 ? parts[1].joined(separator: "\n") : ""
    guard start.count >= 3 else { throw Malformed(lines: lines) }
  }

  var isReply: Bool { start[0].hasPrefix("HTTP/") }
  var status: Int? { Int(start[1]) }

  func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
