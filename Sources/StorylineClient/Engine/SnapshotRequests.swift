import Foundation
import StorylineModels

/// The requests of a bootstrap.
enum SnapshotRequests {
  private enum Pointer {
    case manifest(SnapshotManifest)
    case id(String)
  }

  /// The manifest of this id or, without one or if it is gone, the newest; nil if the server has none.
  static func manifest(id: String?, _ courier: inout Courier) async throws -> SnapshotManifest? {
    if let id, let manifest = try await manifest(of: id, &courier) { return manifest }
    // Transports do not follow redirects, apart from the system's own: both answers are understood.
    let answer = try await courier.send(.contentSnapshot, expecting: 307) { response in
      guard response.status == 307 else { return Pointer.manifest(try manifest(in: response)) }
      guard let id = response.headers["location"].flatMap(manifestID(at:)) else {
        throw DamagedReply(why: "a redirect to somewhere else")
      }
      return Pointer.id(id)
    }
    switch answer {
    case .success(.manifest(let manifest), _, _): return manifest
    case .success(.id(let id), _, _): return try await manifest(of: id, &courier)
    case .refused(let problem, _): return try unavailable(problem)
    }
  }

  private static func manifest(of id: String, _ courier: inout Courier) async throws -> SnapshotManifest? {
    switch try await courier.send(.snapshotManifest, id: id, read: manifest(in:)) {
    case .success(let manifest, _, _): return manifest
    case .refused(let problem, _): return try unavailable(problem)
    }
  }

  private static func manifest(in response: TransportResponse) throws -> SnapshotManifest {
    try StorylineJSON.decode(SnapshotManifest.self, from: response.json())
  }

  /// Only an address of this service's own is followed; another one is a portal's.
  static func manifestID(at address: String) -> String? {
    guard let path = URLComponents(string: address)?.path else { return nil }
    let place = Route.at(path)
    return place.routes.contains(.snapshotManifest) ? place.id : nil
  }

  /// Some bytes of a part from `start` on, at least one; nil if the server does not have the part any more.
  static func bytes(
    of part: SnapshotManifest.Part, from start: Int, count: Int, bust: String?, _ courier: inout Courier
  ) async throws -> Data? {
    let end = min(start + count, part.bytes)
    let headers: [TransportRequest.Header] = [
      .init("accept", "application/gzip, application/problem+json"),
      .init("range", "bytes=\(start)-\(end - 1)"), .init("if-range", "\"\(part.sha256)\""),
    ]
    let answer = try await courier.send(
      .snapshotPart, id: part.fileName, query: bust.map { [("bust", $0)] } ?? [], headers: headers
    ) { try bytes(in: $0, of: part, from: start) }
    switch answer {
    case .success(let bytes, _, _): return bytes
    case .refused(let problem, _): return try unavailable(problem)
    }
  }

  /// However many bytes came before the connection broke: they are kept, and the digest judges them in the end.
  private static func bytes(
    in response: TransportResponse, of part: SnapshotManifest.Part, from start: Int
  ) throws -> Data {
    let type = response.headers["content-type"]?.lowercased() ?? "no content type"
    guard type.hasPrefix("application/gzip") else { throw DamagedReply(why: "“\(type)” instead of a snapshot's part") }
    var bytes = response.body
    if response.status == 206 {
      guard response.headers["content-range"]?.hasPrefix("bytes \(start)-") == true else {
        throw DamagedReply(why: "another range than was asked for")
      }
    } else {
      // The server or something in between does not know ranges: the part comes from its beginning.
      bytes = Data(bytes.dropFirst(start))
    }
    guard !bytes.isEmpty else { throw DamagedReply(why: "no bytes of a snapshot's part") }
    return bytes
  }

  /// What a server does not have, or does not have in this form, is done without; other refusals are the sync's end.
  private static func unavailable<Value>(_ problem: Problem) throws -> Value? {
    guard [400, 404, 405, 410, 416].contains(problem.status), problem.code != .accountDeleted else {
      throw SyncError.problem(problem)
    }
    return nil
  }
}
