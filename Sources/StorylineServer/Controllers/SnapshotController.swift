import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import StorylineModels
import StorylineStore

/// `GET /v1/content/snapshot`, `GET /v1/content/snapshots/{id}` and `GET /v1/content/parts/{id}`
struct SnapshotController: Sendable {
  let store: StoryStore
  let policy: CachePolicy

  private static let partSuffix = ".ndjson.gz"

  @Sendable func newest(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.contentSnapshot.queryParameters)
    guard let address = try await store.contentHead().snapshot else {
      throw Problem(
        .notFound, detail: "There is no snapshot yet; begin with \(Route.contentChanges.path)?after=\(Cursor.start).")
    }
    return Response(
      status: .temporaryRedirect, headers: [.location: address, .cacheControl: policy.newestSnapshot])
  }

  @Sendable func manifest(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.snapshotManifest.queryParameters)
    guard let id = context.id, let data = try await store.snapshotManifest(id) else {
      throw Problem(
        .notFound, detail: "There is no such snapshot any more; \(Route.contentSnapshot.path) is the newest.")
    }
    return JSONAnswer.response(encoded: data, cacheControl: policy.manifest).cacheable(as: "\"\(id)\"", for: request)
  }

  @Sendable func part(_ request: Request, context: ServiceContext) async throws -> Response {
    let query = try QueryParameters(of: request, allowed: Route.snapshotPart.queryParameters)
    try query.checkBust()
    guard let name = context.id, name.hasSuffix(Self.partSuffix) else { throw Self.gone }
    let digest = String(name.dropLast(Self.partSuffix.count))
    guard let size = try await store.snapshotPartSize(digest) else { throw Self.gone }
    let tag = "\"\(digest)\""
    switch ByteRange(of: request, size: size, tag: tag) {
    case .whole: return try await file(digest, 0..<size).cacheable(as: tag, for: request, vary: nil)
    case .unsatisfiable:
      throw Refusal(
        problem: Problem(.rangeNotSatisfiable, detail: "The part has \(size) bytes."),
        headers: [.contentRange: "bytes */\(size)"])
    case .part(let range):
      var answer = try await file(digest, range)
      answer.status = .partialContent
      answer.headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
      return answer.cacheable(as: tag, for: request, vary: nil)
    }
  }

  private func file(_ digest: String, _ range: Range<Int>) async throws -> Response {
    // It may have been removed since its size was read.
    guard let bytes = try await store.snapshotPart(digest, range: range) else { throw Self.gone }
    // The type says gzip, and no coding does: these bytes are the file, whatever stands between (protocol, 2.4).
    return Response(
      status: .ok,
      headers: [.contentType: MediaTypes.gzip, .cacheControl: policy.part, .acceptRanges: "bytes"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  private static var gone: Problem {
    Problem(.notFound, detail: "There is no such part any more; \(Route.contentSnapshot.path) is the newest snapshot.")
  }
}
