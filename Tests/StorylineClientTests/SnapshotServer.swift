import Crypto
import Foundation
import StorylineClient
import StorylineGzip
import StorylineModels
import StorylineStore

/// Snapshots made by hand from a real store, in front of the real store's other answers.
final class SnapshotServer: HTTPTransport, @unchecked Sendable {
  struct Snapshot {
    var manifest: SnapshotManifest
    /// By digest.
    var parts: [String: Data]
  }

  private let inner: any HTTPTransport
  private let lock = NSLock()
  private var newest: Snapshot?
  private var manifests: [String: SnapshotManifest] = [:]
  private var parts: [String: Data] = [:]
  private var sent: [TransportRequest] = []
  private var expired: Set<Cursor> = []

  init(_ inner: any HTTPTransport) { self.inner = inner }

  var requests: [TransportRequest] { lock.withLock { sent } }
  func forgetRequests() { lock.withLock { sent = [] } }

  /// Which part's bytes were asked for, from where on.
  var ranges: [String] {
    requests.filter { $0.path.contains("/parts/") }.map { request in
      let range = request.headers.first { $0.name == "range" }?.value ?? ""
      return "\(request.path.split(separator: "/").last?.prefix(4) ?? "") \(range)"
    }
  }

  func publish(_ snapshot: Snapshot) {
    lock.withLock {
      newest = snapshot
      manifests[snapshot.manifest.id] = snapshot.manifest
      parts.merge(snapshot.parts) { $1 }
    }
  }

  /// Takes parts away, as a take-down does.
  func removeParts(_ digests: [String]) { lock.withLock { for digest in digests { parts[digest] = nil } } }

  /// Puts other bytes behind a part's address.
  func replacePart(_ digest: String, with bytes: Data) { lock.withLock { parts[digest] = bytes } }

  /// Refuses a cursor as too old, and names the newest snapshot.
  func expire(_ cursor: Cursor) { lock.withLock { _ = expired.insert(cursor) } }

  func send(_ request: TransportRequest) async throws -> TransportResponse {
    if let answer = lock.withLock({ answer(request) }) { return answer }
    return try await inner.send(request)
  }

  private func answer(_ request: TransportRequest) -> TransportResponse? {
    sent.append(request)
    let path = String(request.path.split(separator: "?")[0])
    let place = Route.at(path)
    switch place.routes.first {
    case .contentSnapshot:
      guard let newest else { return nil }
      return TransportResponse(
        status: 307, headers: ["location": Route.snapshotManifest.path(id: newest.manifest.id)])
    case .snapshotManifest:
      guard let manifest = manifests[place.id ?? ""], let body = try? StorylineJSON.encode(manifest) else {
        return notFound
      }
      return TransportResponse(status: 200, headers: ["content-type": "application/json"], body: body)
    case .snapshotPart:
      guard let bytes = parts[String((place.id ?? "").prefix(64))] else { return notFound }
      return part(bytes, request)
    case .contentChanges:
      let after = URLComponents(string: request.path)?.queryItems?.first { $0.name == "after" }?.value ?? ""
      guard let newest, expired.contains(Cursor(rawValue: after)) else { return nil }
      return problem(Problem(.cursorExpired, snapshot: Route.snapshotManifest.path(id: newest.manifest.id)))
    default: return nil
    }
  }

  private func part(_ bytes: Data, _ request: TransportRequest) -> TransportResponse {
    let range = request.headers.first { $0.name == "range" }?.value.dropFirst("bytes=".count).split(separator: "-")
    guard let range, let start = Int(range[0]), let end = Int(range[1]), start < bytes.count else {
      return TransportResponse(status: 200, headers: ["content-type": "application/gzip"], body: bytes)
    }
    let slice = Data(bytes[start...min(end, bytes.count - 1)])
    return TransportResponse(
      status: 206,
      headers: [
        "content-type": "application/gzip", "content-range": "bytes \(start)-\(start + slice.count - 1)/\(bytes.count)",
      ], body: slice)
  }

  private var notFound: TransportResponse { problem(Problem(.notFound)) }

  private func problem(_ problem: Problem) -> TransportResponse {
    TransportResponse(
      status: problem.status, headers: ["content-type": "application/problem+json"],
      body: (try? StorylineJSON.encode(problem)) ?? Data())
  }
}

extension SnapshotServer.Snapshot {
  /// Of what the store holds now: a front part of the newest `front` rows and parts of `size` rows each.
  init(of store: StoryStore, front: Int = 2, size: Int = 2, id: String? = nil) async throws {
    let head = try await store.contentHead()
    // By what they are and not by when they changed, so that an unchanged part keeps its digest.
    let rows = try await store.contentRecords().filter { !$0.isDeleted }.sorted {
      ($0.kind.rawValue == "story" ? 0 : 1, $0.kind.rawValue, $0.id)
        < ($1.kind.rawValue == "story" ? 0 : 1, $1.kind.rawValue, $1.id)
    }
    var groups = [Array(rows.prefix(front))]
    for start in stride(from: front, to: rows.count, by: size) {
      groups.append(Array(rows[start..<min(start + size, rows.count)]))
    }
    self.init(try groups.map { try $0.map { try $0.wire().data } }, head: head, id: id)
  }

  init(_ groups: [[Data]], head: ContentHead, id: String? = nil) {
    var parts: [String: Data] = [:]
    var list: [SnapshotManifest.Part] = []
    for (index, lines) in groups.enumerated() {
      let bytes = Gzip.compressed(lines.reduce(into: Data()) { $0 += $1 + Data("\n".utf8) })
      let digest = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
      parts[digest] = bytes
      list.append(
        SnapshotManifest.Part(
          sha256: digest, bytes: bytes.count, rows: lines.count, role: index == 0 ? .front : nil,
          span: index == 0 ? nil : "2024-\(index)"))
    }
    manifest = SnapshotManifest(
      id: id ?? "s-\(head.cursor.rawValue.suffix(8))", epoch: head.epoch, cursor: head.cursor,
      created: Timestamp(milliseconds: 0), entities: groups.joined().count,
      bytes: parts.values.reduce(0) { $0 + $1.count },
      parts: list)
    self.parts = parts
  }
}
