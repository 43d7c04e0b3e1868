import HTTPTypes
import Hummingbird
import NIOCore
import StorylineModels
import StorylineStore

/// What a reader may do with all that is stored of them: export and erasure (GDPR, articles 15, 17 and 20).
struct AccountController: Sendable {
  let store: StoryStore

  /// `POST /v1/me/exports`
  @Sendable func createExport(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.exportCreate.queryParameters)
    let export = try await store.createExport(for: try context.reader())
    return try JSONAnswer.response(export, cacheControl: CachePolicy.privateNoStore, status: .accepted)
  }

  /// `GET /v1/me/exports/{id}`
  @Sendable func fetchExport(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.exportFetch.queryParameters)
    let file = try await store.exportFile(context.id ?? "", for: try context.reader())
    return Response(
      status: .ok,
      headers: [
        .contentType: MediaTypes.gzip, .cacheControl: CachePolicy.privateNoStore,
        .contentDisposition: "attachment; filename=\"storyline-library.ndjson.gz\"",
      ],
      body: ResponseBody { writer in
        for try await piece in file { try await writer.write(ByteBuffer(bytes: piece)) }
        try await writer.finish(nil)
      })
  }

  /// `DELETE /v1/me/library`
  @Sendable func eraseLibrary(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.libraryErase.queryParameters)
    try await store.eraseLibrary(of: try context.reader())
    return Self.done
  }

  /// `DELETE /v1/me`
  @Sendable func eraseAccount(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.accountErase.queryParameters)
    try await store.eraseAccount(of: try context.reader())
    return Self.done
  }

  private static var done: Response {
    Response(status: .noContent, headers: [.cacheControl: CachePolicy.privateNoStore])
  }
}
