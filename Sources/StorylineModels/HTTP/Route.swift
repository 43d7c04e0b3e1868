import Foundation

/// Every address of the service. The server mounts this list and the client calls it; there is no other.
public enum Route: String, CaseIterable, Hashable, Sendable {
  case config
  case healthLive
  case healthReady
  case contentHead
  case contentChanges
  case contentSnapshot
  case snapshotManifest
  case snapshotPart
  case media
  case librarySync
  case libraryChanges
  case live
  case exportCreate
  case exportFetch
  case libraryErase
  case accountErase
  case deviceList
  case deviceRename
  case deviceRevoke
  case devicesRevokeOthers
  case editorCommit
  case editorHistory
  case editorCommitDetail
  case editorSchedule
  case editorRecords
  case editorMediaList
  case editorMediaFile
  case editorMediaUpload
  case editorMediaRemove
  case inviteCreate
  case adminDeviceList
  case adminDeviceRevoke
  case adminMetrics
  case token
  case tokenRevoke
  case deviceAuthorization
  case deviceLookup
  case deviceDecision
  case authorizationServer
  case openAPI

  public enum Method: String, Sendable {
    case get = "GET", post = "POST", put = "PUT", patch = "PATCH", delete = "DELETE"
  }

  /// Who may call it.
  public enum Access: Hashable, Sendable {
    /// Anybody.
    case open
    /// Anybody, or who holds a token with `story:read`, as the service is configured (`content.access`).
    case content
    /// Who holds a token with this scope.
    case scope(Scope)
  }

  public var method: Method {
    switch self {
    case .librarySync, .exportCreate, .devicesRevokeOthers, .editorCommit, .inviteCreate, .token, .tokenRevoke,
      .deviceAuthorization, .deviceLookup, .deviceDecision:
      .post
    case .editorMediaUpload: .put
    case .deviceRename: .patch
    case .libraryErase, .accountErase, .deviceRevoke, .editorMediaRemove, .adminDeviceRevoke: .delete
    case .config, .healthLive, .healthReady, .contentHead, .contentChanges, .contentSnapshot, .snapshotManifest,
      .snapshotPart, .media, .libraryChanges, .live, .exportFetch, .deviceList, .editorHistory, .editorCommitDetail,
      .editorSchedule, .editorRecords, .editorMediaList, .editorMediaFile, .adminDeviceList, .adminMetrics,
      .authorizationServer, .openAPI:
      .get
    }
  }

  /// Where `{id}` stands for one segment of the address.
  public var path: String {
    switch self {
    case .config: "/v1/config"
    case .healthLive: "/health/live"
    case .healthReady: "/health/ready"
    case .contentHead: "/v1/content/head"
    case .contentChanges: "/v1/content/changes"
    case .contentSnapshot: "/v1/content/snapshot"
    case .snapshotManifest: "/v1/content/snapshots/{id}"
    case .snapshotPart: "/v1/content/parts/{id}"
    case .media: "/v1/media/{id}"
    case .librarySync: "/v1/library/sync"
    case .libraryChanges: "/v1/library/changes"
    case .live: "/v1/live"
    case .exportCreate: "/v1/me/exports"
    case .exportFetch: "/v1/me/exports/{id}"
    case .libraryErase: "/v1/me/library"
    case .accountErase: "/v1/me"
    case .deviceList: "/v1/me/devices"
    case .deviceRename, .deviceRevoke: "/v1/me/devices/{id}"
    case .devicesRevokeOthers: "/v1/me/devices/revoke-others"
    case .editorCommit, .editorHistory: "/v1/editor/commits"
    case .editorCommitDetail: "/v1/editor/commits/{id}"
    case .editorSchedule: "/v1/editor/schedule"
    case .editorRecords: "/v1/editor/records"
    case .editorMediaList: "/v1/editor/media"
    case .editorMediaFile, .editorMediaUpload, .editorMediaRemove: "/v1/editor/media/{id}"
    case .inviteCreate: "/v1/admin/invites"
    case .adminDeviceList: "/v1/admin/devices"
    case .adminDeviceRevoke: "/v1/admin/devices/{id}"
    case .adminMetrics: "/v1/admin/metrics"
    case .token: "/oauth/token"
    case .tokenRevoke: "/oauth/revoke"
    case .deviceAuthorization: "/oauth/device_authorization"
    case .deviceLookup: "/oauth/device/lookup"
    case .deviceDecision: "/oauth/device/decision"
    case .authorizationServer: "/.well-known/oauth-authorization-server"
    case .openAPI: "/openapi.yaml"
    }
  }

  /// The address with `id` in its place.
  public func path(id: String) -> String { path.replacingOccurrences(of: Self.placeholder, with: id) }

  public var access: Access {
    switch self {
    case .config, .healthLive, .healthReady, .token, .tokenRevoke, .deviceAuthorization, .authorizationServer, .openAPI:
      .open
    case .contentHead, .contentChanges, .contentSnapshot, .snapshotManifest, .snapshotPart, .media: .content
    case .librarySync, .libraryChanges, .live, .exportCreate, .exportFetch, .libraryErase, .accountErase, .deviceList,
      .deviceRename, .deviceRevoke, .devicesRevokeOthers, .deviceLookup, .deviceDecision:
      .scope(.libraryReadWrite)
    case .editorCommit, .editorHistory, .editorCommitDetail, .editorSchedule, .editorRecords, .editorMediaList,
      .editorMediaFile, .editorMediaUpload, .editorMediaRemove:
      .scope(.storyEdit)
    case .inviteCreate, .adminDeviceList, .adminDeviceRevoke, .adminMetrics: .scope(.admin)
    }
  }

  /// The query parameters it understands; any other is refused, or it could be used to get around a cache.
  public var queryParameters: Set<String> {
    switch self {
    case .contentChanges: ["after", "bust"]
    case .snapshotPart: ["bust"]
    case .libraryChanges: ["after", "empty", "limit"]
    case .live: ["content", "library", "wait"]
    case .editorHistory: ["before", "limit"]
    case .editorRecords, .editorMediaList: ["after"]
    case .editorMediaUpload: ["name"]
    case .adminDeviceList: ["account", "after"]
    case .config, .healthLive, .healthReady, .contentHead, .contentSnapshot, .snapshotManifest, .media, .librarySync,
      .exportCreate, .exportFetch, .libraryErase, .accountErase, .deviceList, .deviceRename, .deviceRevoke,
      .devicesRevokeOthers, .editorCommit, .editorCommitDetail, .editorSchedule, .editorMediaFile,
      .editorMediaRemove, .inviteCreate, .token, .tokenRevoke, .deviceAuthorization, .deviceLookup, .deviceDecision,
      .authorizationServer, .openAPI,
      .adminDeviceRevoke, .adminMetrics:
      []
    }
  }

  private static let placeholder = "{id}"
  private static let byPath = Dictionary(grouping: allCases, by: \.path)

  /// Whether its errors have the form of RFC 6749.
  public var isOAuth: Bool { path.hasPrefix("/oauth/") }

  /// The routes at an address, one per method, and what stands there for `{id}`. No second spelling is known, so no
  /// address has two places in a cache.
  public static func at(_ path: String) -> (routes: [Route], id: String?) {
    if let routes = byPath[path], !path.contains(placeholder) { return (routes, nil) }
    guard let slash = path.lastIndex(of: "/") else { return ([], nil) }
    let id = String(path[path.index(after: slash)...])
    guard !id.isEmpty, let routes = byPath[path[...slash] + placeholder] else { return ([], nil) }
    return (routes, id)
  }
}

/// What a token allows.
public struct Scope: OpenSet {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public static let storyRead = Scope(rawValue: "story:read")
  public static let libraryReadWrite = Scope(rawValue: "library:rw")
  public static let storyEdit = Scope(rawValue: "story:edit")
  public static let admin = Scope(rawValue: "admin")
  public static let known: [Scope] = [.storyRead, .libraryReadWrite, .storyEdit, .admin]

  /// What a reader's device gets.
  public static let reader: Set<Scope> = [.storyRead, .libraryReadWrite]
  /// What an editor's tool gets.
  public static let editor: Set<Scope> = [.storyRead, .storyEdit]
  /// All there is: what an operator's device gets.
  public static let everything = Set(known)
}
