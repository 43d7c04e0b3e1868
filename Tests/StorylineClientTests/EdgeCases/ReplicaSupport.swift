import Foundation
import StorylineModels

@testable import StorylineClient

// What the edge cases ask of the device's side, beyond `World`.

extension Replica {
  func isOn(_ id: String) throws -> Bool? {
    guard let record = try record(LibraryKey(kind: .follow, id: id)), !record.deleted else { return nil }
    return record.decoded(as: Follow.self)?.on
  }

  func notes() throws -> [Note] {
    try records().filter { !$0.deleted }.compactMap { $0.kind == .note ? $0.decoded(as: Note.self) : nil }
  }

  func cursor(of kind: StreamKind) throws -> Cursor? {
    try storage.read { try StreamRow.fetch(kind, in: $0) }.cursor
  }
}

extension [TransportRequest] {
  /// How many went to this route.
  func count(of route: Route) -> Int { filter { $0.path.split(separator: "?")[0] == route.path }.count }
}

extension TransportResponse {
  static func json(_ body: Data) -> TransportResponse {
    TransportResponse(status: 200, headers: ["content-type": "application/json"], body: body)
  }

  static func problem(_ problem: Problem, retryAfter: Int? = nil) throws -> TransportResponse {
    var headers = ["content-type": "application/problem+json"]
    headers["retry-after"] = retryAfter.map(String.init)
    return TransportResponse(status: problem.status, headers: headers, body: try StorylineJSON.encode(problem))
  }
}
