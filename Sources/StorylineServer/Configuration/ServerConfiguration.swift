public import StorylineModels

/// Everything that an operator can decide about the service. Values are valid: `ConfigurationLoader` checked them.
public struct ServerConfiguration: Hashable, Sendable {
  public var databasePath = "storyline.sqlite"
  /// The file that notes what was erased. It belongs to no backup: a restore needs the newest one.
  public var erasureLedgerPath = "storyline.sqlite.erasures"
  /// The file with the 32 secret bytes that key all token digests.
  public var pepperPath = "storyline.sqlite.pepper"
  public var listen = ListenAddress.network(host: "127.0.0.1", port: 8443)
  /// What clients call the service, such as `https://stories.example`; nil for one that only this machine can reach.
  public var publicURL: String?
  /// Where `storyline-admin` of the same user reaches the running service; nil: nowhere.
  public var editorSocket: String? = "storyline.sqlite.socket"
  /// nil: plain HTTP, which is served on this machine only.
  public var tls: TLSFiles?
  public var contentAccess = ContentAccess.token
  public var limits = ServiceLimits()
  public var connections = ConnectionSettings()
  public var accessLimits = AccessLimitSettings()
  /// How many requests may be worked on at once; whoever comes then is asked to come again.
  public var requestsMaximum = 256
  /// How long a request may take to arrive whole.
  public var requestReadTime = Duration.seconds(15)
  /// How long a request that arrived whole may be worked on.
  public var requestWorkTime = Duration.seconds(10)
  /// How long open connections may go on after the service was asked to stop.
  public var drainTime = Duration.seconds(10)
  public var maintenance = MaintenanceSettings()
  public var log = LogSettings()

  public init() {}
}

/// Where the service accepts connections.
public enum ListenAddress: Hashable, Sendable {
  /// Port 0 takes any free one.
  case network(host: String, port: Int)
  /// A socket in the file system, for a proxy on the same machine.
  case socket(path: String)

  /// Whether nobody outside this machine can connect.
  var isLocal: Bool {
    switch self {
    case .socket: true
    case .network(let host, _): host == "localhost" || host == "::1" || Self.isLoopbackIPv4(host)
    }
  }

  private static func isLoopbackIPv4(_ host: String) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}

/// The PEM files of the service's certificate chain and its key.
public struct TLSFiles: Hashable, Sendable {
  public var certificate: String
  public var key: String
  /// How often a renewal of them is looked for.
  public var refreshInterval = Duration.seconds(60)

  public init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }
}

/// Who may read the story.
public enum ContentAccess: String, CaseIterable, Hashable, Sendable {
  /// Who holds a token with `story:read`.
  case token
  /// Anybody; caches may keep the answers for everybody.
  case `public`
}

/// What a connection may do for how long, and how many there may be.
public struct ConnectionSettings: Hashable, Sendable {
  public var maximum = 4_000
  /// How many one network may have at once, the first 24 bits of an IPv4 address or 48 of an IPv6 one; 0 is no limit.
  public var perNetwork = 64
  /// How many of them may be live connections at once; whoever comes later is asked to come again.
  public var liveMaximum = 3_000
  public var firstByteTime = Duration.seconds(10)
  public var idleTime = Duration.seconds(75)
  public var maximumAge = Duration.seconds(900)

  public init() {}
}

/// How often tokens may be asked for; 0 is no limit.
public struct AccessLimitSettings: Hashable, Sendable {
  /// Of one network.
  public var requestsPerMinute = 30
  /// Wrong invites, tokens and codes, of one network; five times as many may come at once.
  public var failuresPerMinute = 1
  /// The same of everybody.
  public var allFailuresPerMinute = 60

  public init() {}
}

/// When the service makes snapshots, and forgets deletions.
public struct MaintenanceSettings: Hashable, Sendable {
  public var interval = Duration.seconds(3_600)
  /// How many changed rows may be in no snapshot.
  public var snapshotRows = 1_000
  /// For how long a change may be in no snapshot.
  public var snapshotAge = Duration.seconds(86_400)
  public var tombstoneDays = 90

  public init() {}
}

/// Where log lines go, and which.
public struct LogSettings: Hashable, Sendable {
  public enum Level: String, CaseIterable, Hashable, Sendable { case debug, info, warning, error }
  public enum Output: String, CaseIterable, Hashable, Sendable { case stderr, stdout }

  public var level = Level.info
  public var output = Output.stderr

  public init() {}
}
