/// One thing that can be configured: in the file by its name, in the environment and by a flag under names made of it.
public struct ConfigurationKey: Hashable, Sendable {
  /// `listen.port`; in the file `listen: {port: …}` or `listen.port: …`.
  public let name: String
  /// What holds where nothing is set, as text; empty if nothing does.
  public let standard: String
  public let meaning: String

  /// `STORYLINE_LISTEN_PORT`
  public var environmentName: String {
    "STORYLINE_" + String(name.uppercased().map { $0 == "." || $0 == "-" ? "_" : $0 })
  }

  /// `--listen-port`
  public var flag: String { "--" + String(name.map { $0 == "." ? "-" : $0 }) }

  private init(_ name: String, _ standard: String, _ meaning: String) {
    self.name = name
    self.standard = standard
    self.meaning = meaning
  }

  static let databasePath = Self("database.path", "storyline.sqlite", "the database file; made if it is not there")
  static let pepperFile = Self(
    "token.pepper-file", "",
    "the secret that keys all tokens (default: database file + .pepper; made if absent)")
  static let erasureLedger = Self(
    "database.erasure-ledger", "",
    "notes what was erased, outside the backups (default: database file + .erasures)")
  static let listenHost = Self("listen.host", "127.0.0.1", "the address to listen on; one of another machine needs TLS")
  static let listenPort = Self("listen.port", "8443", "the port; 0 takes any free one")
  static let listenSocket = Self(
    "listen.socket", "", "a Unix socket for a proxy, instead of host and port; plain HTTP")
  static let editorSocket = Self(
    "editor.socket", "",
    "the Unix socket for storyline-admin (default: database file + .socket); off: none")
  static let publicURL = Self(
    "public.url", "", "what clients call the service, such as https://stories.example; needed beyond this machine")
  static let tlsEnabled = Self("tls.enabled", "true", "false serves plain HTTP, on loopback addresses only")
  static let tlsCertificate = Self("tls.certificate", "", "PEM file of the certificate and its chain")
  static let tlsKey = Self("tls.key", "", "PEM file of the certificate's key")
  static let contentAccess = Self("content.access", "token", "who may read the story: token or public")
  static let requestBytes = Self("limits.request-bytes", "1048576", "largest body of a library push")
  static let mutations = Self("limits.mutations-per-request", "500", "most records in one push")
  static let payloadBytes = Self("limits.payload-bytes", "16384", "largest payload of one library record")
  static let libraryRecords = Self("limits.library-records", "100000", "most live records of one reader")
  static let libraryBytes = Self("limits.library-bytes", "67108864", "most bytes of one reader's records")
  static let inflatedBytes = Self(
    "limits.inflated-request-bytes", "10485760", "largest body of a library push after inflating it")
  static let requestsPerMinute = Self(
    "limits.requests-per-minute", "60", "of one device to its library and live routes; 0 is no limit")
  static let requestBurst = Self("limits.request-burst", "20", "how many of them may come at once")
  static let mutationsPerMinute = Self(
    "limits.mutations-per-minute", "1200", "of one reader, from all devices; 0 is no limit")
  static let liveConnections = Self("limits.live-connections", "3", "of one device, at once")
  static let accessRequests = Self(
    "limits.access-requests-per-minute", "30", "for tokens, of one network; 0 is no limit")
  static let accessFailures = Self(
    "limits.access-failures-per-minute", "1", "wrong invites, tokens and codes of one network, five of them at once")
  static let allAccessFailures = Self(
    "limits.all-access-failures-per-minute", "60", "the same of everybody; 0 is no limit")
  static let connectionsMaximum = Self("connections.maximum", "4000", "most connections at once; others wait")
  static let perNetwork = Self(
    "connections.per-network", "64", "most connections of one /24 or /48 network at once; 0: any number")
  static let liveMaximum = Self("connections.live-maximum", "3000", "most live connections at once; others get 503")
  static let firstByte = Self("connections.first-byte-seconds", "10", "from connecting to the first request byte")
  static let idle = Self("connections.idle-seconds", "75", "without a byte in either direction")
  static let maximumAge = Self("connections.max-age-seconds", "900", "until a connection is asked to end")
  static let requestsMaximum = Self(
    "requests.maximum", "256", "most requests worked on at once; others get 503")
  static let readSeconds = Self("requests.read-seconds", "15", "for a request to arrive whole")
  static let workSeconds = Self("requests.work-seconds", "10", "for a request that arrived whole to be answered")
  static let drainSeconds = Self("shutdown.drain-seconds", "10", "for open connections to end after SIGTERM")
  static let maintenanceInterval = Self(
    "maintenance.interval-seconds", "3600", "between two looks at whether there is something to look after")
  static let snapshotRows = Self("snapshots.rows", "1000", "changed rows after which a new snapshot is made")
  static let snapshotAge = Self("snapshots.age-seconds", "86400", "for how long a change may be in no snapshot")
  static let tombstoneDays = Self("tombstones.days", "90", "for how long deletions of content are kept, in days")
  static let logLevel = Self("log.level", "info", "debug, info, warning or error")
  static let logOutput = Self("log.output", "stderr", "stderr or stdout")

  /// All of them, in the order in which help shows them.
  public static let all: [ConfigurationKey] = [
    databasePath, erasureLedger, pepperFile, listenHost, listenPort, listenSocket, editorSocket, publicURL, tlsEnabled,
    tlsCertificate, tlsKey,
    contentAccess, requestBytes, mutations, payloadBytes, libraryRecords, libraryBytes, inflatedBytes,
    requestsPerMinute, requestBurst, mutationsPerMinute, liveConnections, accessRequests, accessFailures,
    allAccessFailures, connectionsMaximum, perNetwork, liveMaximum, firstByte,
    idle, maximumAge, requestsMaximum, readSeconds, workSeconds, drainSeconds, maintenanceInterval, snapshotRows,
    snapshotAge, tombstoneDays, logLevel, logOutput,
  ]
}
