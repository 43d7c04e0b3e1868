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
    let file = FileAnswer(
      noun: "The part", digest: digest, size: size,
      // The type says gzip, and no coding does: these bytes are the file, whatever stands between (protocol, 2.4).
      headers: [.contentType: MediaTypes.gzip, .cacheControl: policy.part]
    ) { [store] range in
      // It may have been removed since its size was read.
      guard let bytes = try await store.snapshotPart(digest, range: range) else { throw Self.gone }
      return ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    }
    return try await file.response(to: request)
  }

  private static var gone: Problem {
    Problem(.notFound, detail: "There is no such part any more; \(Route.contentSnapshot.path) is the newest snapshot.")
  }
}
