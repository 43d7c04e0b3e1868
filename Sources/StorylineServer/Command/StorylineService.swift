import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import StorylineModels
import StorylineStore
import UnixSignals

/// The service from opening its store to closing it.
struct StorylineService {
  let configuration: ServerConfiguration
  /// Takes the line that says where it listens.
  let announce: @Sendable (String) -> Void

  /// Beyond the drain, for connections that are cut to be counted off; then whatever still runs is cancelled.
  private static let grace = Duration.seconds(5)

  func run() async throws {
    // Whatever this process makes, the database first of all, is for its own user.
    umask(0o077)
    let logger = LogOutput.logger(configuration.log)
    let pepper = try Pepper.loadOrCreate(at: configuration.pepperPath)
    var options = StoreOptions(pepper: pepper, limits: configuration.limits)
    options.erasures = .file(at: configuration.erasureLedgerPath)
    let shared = SharedParts(configuration)
    options.report = StoreAlarms(logger: logger, metrics: shared.metrics).report
    let store = try StoryStore.open(at: configuration.databasePath, options: options)
    logger.info(
      "starting",
      metadata: [
        "engine": .string("\(store.engine.name) \(store.engine.version)"),
        "walreset": .string(store.engine.isWALResetAffected ? "affected" : "fixed"),
        "database": .string(configuration.databasePath),
      ])
    do {
      try await serve(store, shared, logger: logger)
    } catch {
      try store.close()
      throw error
    }
    try store.close()
    logger.info("stopped")
  }

  private func serve(_ store: StoryStore, _ shared: SharedParts, logger: Logger) async throws {
    let application = try makeApplication(
      store: store, configuration: configuration, logger: logger, now: Timestamp.wallClock, shared: shared,
      onListening: { announce("storylined is listening on \(address(of: $0))\n") })
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = [.init(service: application)]
    let socket = try EditorSocket(configuration.editorSocket, logger: logger)
    if let socket {
      services.append(
        .init(
          service: try makeLocalApplication(
            store: store, configuration: configuration, socket: socket.path, logger: logger, shared: shared,
            onListening: { _ in socket.close() })))
    }
    services.append(
      .init(service: Maintenance(store: store, settings: configuration.maintenance, logger: logger)))
    services.append(.init(service: Scheduler(store: store, bell: shared.bell, logger: logger)))
    var group = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet(logger))
    group.maximumGracefulShutdownDuration = configuration.drainTime + Self.grace
    defer { socket?.remove() }
    try await ServiceGroup(configuration: group).run()
  }

  private func address(of channel: any Channel) -> String {
    switch configuration.listen {
    case .socket(let path):
      // The proxy's user is in our group, and nobody else is to connect.
      chmod(path, 0o660)
      return "unix:\(path)"
    case .network(let host, let port):
      let scheme = configuration.tls == nil ? "http" : "https"
      return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(channel.localAddress?.port ?? port)"
    }
  }

  /// The lifecycle library tells of each of its steps; that is for whoever debugs it.
  private func quiet(_ logger: Logger) -> Logger {
    var logger = logger
    if logger.logLevel < .warning { logger.logLevel = .warning }
    return logger
  }
}
