import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import StorylineModels

/// Compresses what is worth it: the story's pages by brotli or gzip, once; a reader's own pages by gzip.
///
/// Not what holds a secret beside words of the caller, because lengths would tell the secret (tokens); not files that
/// are compressed already and are asked for in ranges (parts, images, exports); not events, which must not be held back.
struct Compression: RouterMiddleware {
  typealias Context = ServiceContext

  /// Below this the header fields cost more than is saved.
  static let leastBytes = 512

  let kept: CompressedBodies

  func handle(
    _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    guard let route = context.route, Self.mayCompress(route), Self.isText(response) else { return response }
    if response.headers[.cacheControl]?.contains("no-store") != true { response.headers[.vary] = "Accept-Encoding" }
    guard let length = response.body.contentLength, length >= Self.leastBytes,
      let coding = ContentCoding(
        acceptedIn: request.headers[values: .acceptEncoding], brotli: Self.isSameForAll(route))
    else { return response }
    let body = try await BodyCollector.collect(response.body)
    let data = Self.isSameForAll(route) ? kept.compressed(body, by: coding) : coding.compressed(body)
    // A body that was read once can be sent only from what was read.
    return Self.response(response, body: body, compressed: data, coding: coding)
  }

  private static func response(
    _ response: Response, body: Data, compressed: Data?, coding: ContentCoding
  ) -> Response {
    var response = response
    let isSmaller = (compressed?.count ?? .max) < body.count
    let sent = isSmaller ? compressed ?? body : body
    response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: sent))
    response.headers[.contentLength] = String(sent.count)
    guard isSmaller else { return response }
    response.headers[.contentEncoding] = coding.rawValue
    // The same page in other bytes: a strong tag would promise the same bytes (RFC 9110, section 8.8.1).
    if let tag = response.headers[.eTag], !tag.hasPrefix("W/") { response.headers[.eTag] = "W/" + tag }
    return response
  }

  private static func mayCompress(_ route: Route) -> Bool {
    switch route {
    case .config, .contentHead, .contentChanges, .contentSnapshot, .snapshotManifest, .librarySync, .libraryChanges,
      .openAPI:
      true
    case .healthLive, .healthReady, .snapshotPart, .media, .live, .exportCreate, .exportFetch, .libraryErase,
      .accountErase, .deviceList, .deviceRename, .deviceRevoke, .devicesRevokeOthers, .editorCommit, .editorHistory,
      .editorCommitDetail, .editorSchedule, .editorRecords, .editorMediaList, .editorMediaFile, .editorMediaUpload,
      .editorMediaRemove,
      .inviteCreate, .token, .tokenRevoke, .deviceAuthorization,
      .deviceLookup, .deviceDecision, .authorizationServer, .adminDeviceList, .adminDeviceRevoke,
      .adminMetrics:
      false
    }
  }

  /// Whose bodies are the same for everybody and stay for a while.
  private static func isSameForAll(_ route: Route) -> Bool {
    [.contentChanges, .snapshotManifest, .openAPI].contains(route)
  }

  private static func isText(_ response: Response) -> Bool {
    guard response.headers[.contentEncoding] == nil, let type = response.headers[.contentType] else { return false }
    return [MediaTypes.json, MediaTypes.yaml].contains(MediaTypes.parse(type).type)
  }
}
