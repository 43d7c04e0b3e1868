import HTTPTypes
import Hummingbird
import StorylineModels
import StorylineStore

/// A reader's devices: which they are, what they are called, and that one of them shall not be any more.
struct DeviceController: Sendable {
  private static let bodyLimit = 4 * 1024

  let store: StoryStore

  /// `GET /v1/me/devices`
  @Sendable func list(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.deviceList.queryParameters)
    let principal = try context.signedIn()
    let devices = try await store.devices(of: principal.reader, asking: principal.device)
    return try JSONAnswer.response(DeviceList(devices: devices), cacheControl: CachePolicy.privateNoStore)
  }

  /// `PATCH /v1/me/devices/{id}`
  @Sendable func rename(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.deviceRename.queryParameters)
    let principal = try context.signedIn()
    let rename = try await JSONBody.decode(DeviceRename.self, from: request, limit: Self.bodyLimit)
    do {
      try OAuthForm.check(rename.name, "name")
    } catch let error as OAuthError {
      throw Problem(.badRequest, detail: error.description)
    }
    try await store.renameDevice(try device(context), of: principal.reader, to: rename.name)
    return Self.done
  }

  /// `DELETE /v1/me/devices/{id}`
  @Sendable func revoke(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.deviceRevoke.queryParameters)
    let principal = try context.signedIn()
    guard try await store.revokeDevice(try device(context), of: principal.reader) else {
      throw StoreError.unknownDevice
    }
    return Self.done
  }

  /// `POST /v1/me/devices/revoke-others`
  @Sendable func revokeOthers(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.devicesRevokeOthers.queryParameters)
    let principal = try context.signedIn()
    let count = try await store.revokeOtherDevices(than: principal.device, of: principal.reader)
    return try JSONAnswer.response(RevokedDevices(revoked: count), cacheControl: CachePolicy.privateNoStore)
  }

  /// An id that is none is answered like one that nobody has.
  private func device(_ context: ServiceContext) throws -> DeviceID {
    guard let device = DeviceID(context.id ?? "") else { throw StoreError.unknownDevice }
    return device
  }

  private static var done: Response {
    Response(status: .noContent, headers: [.cacheControl: CachePolicy.privateNoStore])
  }
}
