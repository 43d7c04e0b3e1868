import NIOCore
import StorylineModels

extension LiveEvent {
  /// The event as it goes over the wire (HTML Living Standard, section 9.2).
  func serverSentEvent() throws -> ByteBuffer {
    switch self {
    case .hello(let hello): try Self.text("hello", hello)
    case .state(let state): try Self.text("state", state, id: "\(state.content)~\(state.library)")
    case .ping: try Self.text("ping", Nothing())
    case .bye(let bye): try Self.text("bye", bye)
    }
  }

  private struct Nothing: Encodable {}

  private static func text(_ name: String, _ data: some Encodable, id: String? = nil) throws -> ByteBuffer {
    // JSON of ours has no line breaks, so one data line holds it.
    let json = String(decoding: try StorylineJSON.encode(data), as: UTF8.self)
    return ByteBuffer(string: (id.map { "id: \($0)\n" } ?? "") + "event: \(name)\ndata: \(json)\n\n")
  }
}
