/// Every address of the service. The server mounts this list and the client calls it; there is no other.
public enum Route: String, CaseIterable, Hashable, Sendable {
  case config
  case healthLive
  case healthReady
  case contentHead
  case contentChanges
  case librarySync
  case libraryChanges
  case token
  case openAPI

  public enum Method: String, Sendable { case get = "GET", post = "POST" }

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
    case .librarySync, .token: .post
    case .config, .healthLive, .healthReady, .contentHead, .contentChanges, .libraryChanges, .openAPI: .get
    }
  }

  public var path: String {
    switch self {
    case .config: "/v1/config"
    case .healthLive: "/health/live"
    case .healthReady: "/health/ready"
    case .contentHead: "/v1/content/head"
    case .contentChanges: "/v1/content/changes"
    case .librarySync: "/v1/library/sync"
    case .libraryChanges: "/v1/library/changes"
    case .token: "/oauth/token"
    case .openAPI: "/openapi.yaml"
    }
  }

  public var access: Access {
    switch self {
    case .config, .healthLive, .healthReady, .token, .openAPI: .open
    case .contentHead, .contentChanges: .content
    case .librarySync, .libraryChanges: .scope(.libraryReadWrite)
    }
  }

  /// The query parameters it understands; any other is refused, or it could be used to get around a cache.
  public var queryParameters: Set<String> {
    switch self {
    case .contentChanges: ["after"]
    case .libraryChanges: ["after", "empty", "limit"]
    case .config, .healthLive, .healthReady, .contentHead, .librarySync, .token, .openAPI: []
    }
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
}
