import Hummingbird
import StorylineModels
import StorylineStore

/// What operators do about devices while the service runs: look at who is enrolled, sign somebody out.
struct AdminController: Sendable {
  static let pageRows = 500

  let store: StoryStore

  /// `GET /v1/admin/devices`
  @Sendable func devices(_ request: Request, context: ServiceContext) async throws -> Response {
    let query = try QueryParameters(of: request, allowed: Route.adminDeviceList.queryParameters)
    if let account = query["account"] {
      let devices = try await store.devices(of: try Self.reader(account))
      return try Self.answer(devices.map { AdministeredDevice(account: account, $0) }, next: nil)
    }
    let after = try query["after"].map { text in
      guard let device = DeviceID(text) else {
        throw Problem(.badRequest, detail: "“after” is the “next” of the page before.")
      }
      return device
    }
    let page = try await store.anyDevices(after: after, limit: Self.pageRows)
    return try Self.answer(page, next: page.count < Self.pageRows ? nil : page.last?.id)
  }

  /// `DELETE /v1/admin/devices/{id}`
  @Sendable func revoke(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.adminDeviceRevoke.queryParameters)
    guard let device = DeviceID(context.id ?? ""), try await store.revokeDevice(device) else {
      throw StoreError.unknownDevice
    }
    return Response(status: .noContent, headers: [.cacheControl: CachePolicy.privateNoStore])
  }

  private static func answer(_ devices: [AdministeredDevice], next: String?) throws -> Response {
    try JSONAnswer.response(
      AdministeredDevices(devices: devices, next: next), cacheControl: CachePolicy.privateNoStore)
  }

  private static func reader(_ account: String) throws -> ReaderID {
    guard let reader = ReaderID(account) else {
      throw Problem(.badRequest, detail: "“account” has 32 hexadecimal digits.")
    }
    return reader
  }
}
