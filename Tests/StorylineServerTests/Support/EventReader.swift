import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import StorylineModels

/// Reads server-sent events as they come.
struct EventReader {
  struct Event: Equatable {
    var name = ""
    var id: String?
    var data = ""

    func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
      try StorylineJSON.decode(type, from: Data(data.utf8))
    }
  }

  let status: Int
  let headers: [String: String]
  private var chunks: HTTPClientResponse.Body.AsyncIterator
  private var text = ""

  init(_ response: HTTPClientResponse) {
    status = Int(response.status.code)
    headers = Dictionary(
      response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
    chunks = response.body.makeAsyncIterator()
  }

  /// nil at the end of the stream.
  mutating func next() async throws -> Event? {
    while true {
      if let end = text.range(of: "\n\n") {
        let block = text[..<end.lowerBound]
        text = String(text[end.upperBound...])
        return Self.event(block)
      }
      guard let chunk = try await chunks.next() else { return nil }
      text += String(buffer: chunk)
    }
  }

  private static func event(_ block: Substring) -> Event {
    block.split(separator: "\n").reduce(into: Event()) { event, line in
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      switch parts.first {
      case "event": event.name = parts.last ?? ""
      case "id": event.id = parts.last
      case "data": event.data = parts.last ?? ""
      default: break
      }
    }
  }
}
