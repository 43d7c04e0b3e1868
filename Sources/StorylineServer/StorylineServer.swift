public import Hummingbird
public import Logging
public import NIOCore
public import StorylineModels
public import StorylineStore

/// The service as it will run: its routes, its middleware and its listener.
///
/// - Parameters:
///   - store: Where everything is kept; its owner closes it after the application has ended.
///   - logger: Gets one line per request and one per failure; never a token, an address or a query.
///   - now: The clock that `server_time` and `now` are read from.
///   - onListening: Called once connections are accepted, with the listening channel.
/// - Throws: `StartupFailure` if certificate and key cannot be used.
public func buildApplication(
  store: StoryStore, configuration: ServerConfiguration, logger: Logger,
  now: @escaping @Sendable () -> Timestamp = Timestamp.wallClock,
  onListening: @escaping @Sendable (any Channel) async -> Void = { _ in }
) throws -> some ApplicationProtocol {
  try makeApplication(
    store: store, configuration: configuration, logger: logger, now: now, shared: SharedParts(configuration),
    onListening: onListening)
}

/// What both doors of the service have in common.
struct SharedParts {
  let address: PublicAddress
  let metrics: ServiceMetrics
  let bell = ScheduleBell()
  /// Of the network's door: what the operator sees through either.
  let requests: RequestCount
  let slots: LiveSlots

  init(_ configuration: ServerConfiguration, metrics: ServiceMetrics = ServiceMetrics()) {
    address = PublicAddress(configuration)
    self.metrics = metrics
    requests = RequestCount(maximum: configuration.requestsMaximum)
    slots = LiveSlots(
      perDevice: configuration.limits.liveConnections, total: configuration.connections.liveMaximum)
  }
}

/// The same with what only tests replace.
func makeApplication(
  store: StoryStore, configuration: ServerConfiguration, logger: Logger, now: @escaping @Sendable () -> Timestamp,
  shared: SharedParts, live: LiveSettings = LiveSettings(),
  onListening: @escaping @Sendable (any Channel) async -> Void = { _ in }
) throws -> some ApplicationProtocol {
  let certificate = try configuration.tls.map { try CertificateWatch($0, logger: logger) }
  let router = makeRouter(store: store, configuration: configuration, now: now, shared: shared, live: live)
  let address = shared.address
  return Application(
    responder: DeadlineResponder(router.buildResponder(), configuration),
    server: try Listener.server(for: configuration, tls: certificate?.tls),
    configuration: Listener.applicationConfiguration(for: configuration),
    services: certificate.map { [$0] } ?? [],
    onServerRunning: { channel in
      address.learn(port: channel.localAddress?.port)
      await onListening(channel)
    },
    logger: logger)
}

/// The editor's door on this machine: a socket that only the service's own user can open, and that asks for no token.
///
/// It answers what editors need and nothing else: no reader comes this way.
func makeLocalApplication(
  store: StoryStore, configuration: ServerConfiguration, socket: String, logger: Logger, shared: SharedParts,
  onListening: @escaping @Sendable (any Channel) async -> Void = { _ in }
) throws -> some ApplicationProtocol {
  var local = configuration
  local.listen = .socket(path: socket)
  local.tls = nil
  let router = makeRouter(
    store: store, configuration: local, now: Timestamp.wallClock, shared: shared, door: .local)
  return Application(
    responder: DeadlineResponder(router.buildResponder(), local),
    server: try Listener.server(for: local, tls: nil),
    configuration: Listener.applicationConfiguration(for: local), onServerRunning: onListening, logger: logger)
}

/// How a caller shows who he is.
enum Door {
  /// By a token.
  case network
  /// By having been able to open the socket.
  case local
}

/// From the outside in: what stands first sees the request first and the answer last.
func makeRouter(
  store: StoryStore, configuration: ServerConfiguration, now: @escaping @Sendable () -> Timestamp,
  shared: SharedParts, live: LiveSettings = LiveSettings(), door: Door = .network
) -> Router<ServiceContext> {
  let policy = CachePolicy(access: configuration.contentAccess)
  let proofs = ProofChecker(shared.address, now: now)
  let access = AccessLimits(configuration.accessLimits, now: now, random: live.random)
  let finisher = ResponseFinisher(isSecure: configuration.tls != nil)
  let router = Router(context: ServiceContext.self)
  router.addMiddleware {
    MethodAllowList(finisher: finisher)
    finisher
    AccessLog(metrics: shared.metrics)
    ProblemRenderer(policy: policy)
    RouteGate()
    LoadShedding(
      // Who operates is not to be turned away because readers keep the service busy.
      count: door == .network ? shared.requests : RequestCount(maximum: configuration.requestsMaximum),
      places: AnswerPlaces(), random: live.random)
    Compression(kept: CompressedBodies())
    Authentication(store: store, contentAccess: configuration.contentAccess, proofs: proofs, door: door)
    rateLimiting(configuration.limits, now: now, random: live.random)
  }
  let routes = Routes(
    config: ConfigController(
      store: store, access: configuration.contentAccess, limits: configuration.limits, now: now),
    health: HealthController(store: store),
    content: ContentController(store: store, policy: policy),
    snapshots: SnapshotController(store: store, policy: policy),
    media: MediaController(store: store, policy: policy, limits: configuration.limits),
    library: LibraryController(
      store: store, limits: configuration.limits,
      mutations: RateLimiter(
        perMinute: configuration.limits.mutationsPerMinute, burst: configuration.limits.mutationsPerMinute,
        reserve: configuration.limits.mutationsPerRequest, now: now),
      random: live.random),
    live: LiveController(
      store: store, slots: shared.slots, settings: live, now: now),
    token: TokenController(store: store, proofs: proofs, limits: access, refusals: EvenRefusals(), now: now),
    account: AccountController(store: store),
    devices: DeviceController(store: store),
    deviceFlow: DeviceFlowController(store: store, proofs: proofs, limits: access, now: now),
    metadata: MetadataController(address: proofs.address),
    editor: EditorController(store: store, limits: configuration.limits, bell: shared.bell),
    admin: AdminController(store: store),
    invites: InviteController(store: store),
    metrics: MetricsController(metrics: shared.metrics, requests: shared.requests, live: shared.slots),
    openAPI: OpenAPIController())
  routes.mount(on: router)
  return router
}

private func rateLimiting(
  _ limits: ServiceLimits, now: @escaping @Sendable () -> Timestamp,
  random: @escaping @Sendable (ClosedRange<Int>) -> Int
) -> RateLimiting {
  RateLimiting(
    devices: RateLimiter(perMinute: limits.requestsPerMinute, burst: limits.requestBurst, now: now),
    busts: RateLimiter(perMinute: 1, burst: 1, now: now),
    // All readers of a public story behind a proxy look like one.
    proxiedBusts: RateLimiter(perMinute: 60, burst: 10, now: now), random: random)
}
