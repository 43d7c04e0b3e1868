import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import StorylineModels
import StorylineStore

/// Images: for readers those of what is published now, for editors all of them.
struct MediaController: Sendable {
  let store: StoryStore
  let policy: CachePolicy
  let limits: ServiceLimits

  private static let listLimit = 1_000

  /// `GET /v1/media/{id}`
  @Sendable func show(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.media.queryParameters)
    // One answer for all that readers may not have: what is not published yet must not even be known to be here.
    guard let id = context.id.flatMap({ MediaID($0) }), let image = try await store.publishedMedia(id) else {
      throw Problem(.notFound, detail: "There is no such image.")
    }
    return try await file(image, cacheControl: policy.media, context).response(to: request)
  }

  /// `GET /v1/editor/media`
  @Sendable func list(_ request: Request, context: ServiceContext) async throws -> Response {
    let query = try QueryParameters(of: request, allowed: Route.editorMediaList.queryParameters)
    let after = try query["after"].map { text in
      guard let id = MediaID(text) else {
        throw Problem(.badRequest, detail: "“after” is the “next” of the answer before.")
      }
      return id
    }
    let list = try await store.mediaList(after: after, limit: Self.listLimit)
    return try JSONAnswer.response(list, cacheControl: CachePolicy.privateNoStore)
  }

  /// `GET /v1/editor/media/{id}`
  @Sendable func fetch(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.editorMediaFile.queryParameters)
    guard let id = context.id.flatMap({ MediaID($0) }), let image = try await store.media(id) else {
      throw Problem(.notFound, detail: "There is no such image.")
    }
    return try await file(image, cacheControl: CachePolicy.privateNoStore, context).response(to: request)
  }

  /// `PUT /v1/editor/media/{id}`
  @Sendable func upload(_ request: Request, context: ServiceContext) async throws -> Response {
    let query = try QueryParameters(of: request, allowed: Route.editorMediaUpload.queryParameters)
    guard let id = context.id.flatMap({ MediaID($0) }) else {
      throw Problem(.badRequest, detail: "The address ends in the SHA-256 of the bytes: \(MediaID.form).")
    }
    guard let name = query["name"] else {
      throw Problem(.badRequest, detail: "The parameter “name” is missing: the name of the image's file.")
    }
    let types = ImageFormat.allCases.map(\.mediaType)
    let type = MediaTypes.parse(request.headers[.contentType] ?? "").type
    guard types.contains(type) else {
      throw Problem(.unsupportedMediaType, detail: "Send one of \(types.joined(separator: ", ")).")
    }
    let bytes = try await RequestBodyReader.read(request, type: type, limit: limits.mediaBytes)
    guard ImageHeader(bytes).map({ $0.format.mediaType == type }) ?? true else {
      throw Problem(.mediaInvalid, detail: "The bytes are not \(type).")
    }
    let image = try await store.keepMedia(bytes, as: id, name: name)
    return try JSONAnswer.response(image, cacheControl: CachePolicy.privateNoStore)
  }

  /// `DELETE /v1/editor/media/{id}`
  @Sendable func remove(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.editorMediaRemove.queryParameters)
    guard let id = context.id.flatMap({ MediaID($0) }) else { throw StoreError.mediaGone }
    try await store.removeMedia(id)
    return Response(status: .noContent, headers: [.cacheControl: CachePolicy.privateNoStore])
  }

  private func file(_ image: MediaDescription, cacheControl: String, _ context: ServiceContext) -> FileAnswer {
    FileAnswer(
      noun: "The image", digest: "\(image.sha256)", size: image.bytes,
      headers: [
        .contentType: image.type, .cacheControl: cacheControl,
        // Whoever opens the address in a browser gets a picture and nothing that could run.
        .contentSecurityPolicy: "default-src 'none'; sandbox",
      ]
    ) { [store, loop = context.channel?.eventLoop] range in
      ResponseBody(pieces: store.mediaBytes(of: image.sha256, range: range), length: range.count, loop: loop)
    }
  }
}
