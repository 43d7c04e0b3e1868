import ArgumentParser
import Foundation
import StorylineClient
import StorylineClientNIO
import StorylineModels
import StorylineStore

/// Where to publish: a service somewhere, or the database here, be it in use by a running service or not.
struct DeskOptions: ParsableArguments {
  @OptionGroup var database: DatabaseOptions

  @Option(
    help: ArgumentHelp(
      "Publish through the service at this address instead of a database here.", valueName: "url"))
  var server: String?

  @Option(
    help: ArgumentHelp(
      "An editor's credentials for --server, as “storyline login” keeps them.", valueName: "file"))
  var credentials: String?

  func validate() throws {
    if (server == nil) != (credentials == nil) {
      throw ValidationError("--server and --credentials go together: where to publish, and in whose name")
    }
    if server != nil, database.database != nil { throw ValidationError("give --server or --database, not both") }
  }

  /// Opens the desk, and closes it whatever happens.
  ///
  /// - Parameter creates: Whether a database that is not there is made.
  func withDesk<Value>(
    _ context: AdminContext, creates: Bool = false, _ work: (any PublishingDesk) async throws -> Value
  ) async throws -> Value {
    guard let server, let credentials else { return try await database.file(context).withDesk(creates: creates, work) }
    return try await Self.withService(at: server, credentials: credentials, work)
  }

  /// The same at a service somewhere, in the name of who has these credentials.
  static func withService<Value>(
    at server: String, credentials: String, _ work: (any PublishingDesk) async throws -> Value
  ) async throws -> Value {
    try await withTransport(to: server, credentials: credentials) { transport, name in
      try await work(ServiceDesk(transport: transport, name: name))
    }
  }

  /// A transport that signs for who has these credentials, and how messages call the service.
  static func withTransport<Value>(
    to server: String, credentials: String, _ work: (SignedTransport, String) async throws -> Value
  ) async throws -> Value {
    let keeper = TokenKeeper(path: credentials)
    let held = try held(by: keeper, for: server)
    let transport: NIOTransport
    do {
      transport = try NIOTransport(server: held.server, trust: held.trust, bodyLimit: DatabaseFile.answerLimit)
    } catch TransportError.unreachable(let why), TransportError.untrusted(let why) {
      throw AdminFailure(why)
    }
    return try await transport.closing { base in
      try await work(SignedTransport(base: base, keeper: keeper), held.server)
    }
  }

  private static func held(by keeper: TokenKeeper, for server: String) throws -> Credentials {
    let held: Credentials?
    do { held = try keeper.load() } catch let error as TokenKeeperError { throw AdminFailure("\(error)") }
    guard let held else {
      throw AdminFailure(
        "\(keeper.path): there is no such file; “storyline login” makes it out of an invite for an editor")
    }
    guard held.server == server || held.server + "/" == server else {
      throw AdminFailure("\(keeper.path): these credentials are for \(held.server), not for \(server)")
    }
    return held
  }
}

extension NIOTransport {
  /// Closes the connections after `work`, whatever happens.
  func closing<Value>(_ work: (NIOTransport) async throws -> Value) async throws -> Value {
    let result: Value
    do {
      result = try await work(self)
    } catch {
      try? await shutdown()
      throw error
    }
    try await shutdown()
    return result
  }
}

extension DatabaseFile {
  /// The records of a commit before and after it.
  static let answerLimit = 64 * 1024 * 1024
  /// A service that is starting has the database before it has its socket.
  private static let patience = 40
  private static let longestSocketPath = 107

  /// The database itself under its lock, or the running service that has it.
  func withDesk<Value>(
    creates: Bool, _ work: (any PublishingDesk) async throws -> Value
  ) async throws -> Value {
    if !exists, !creates { return try await work(EmptyDesk(path: path)) }
    do {
      return try await withOpenStore { try await work(StoreDesk(store: $0)) }
    } catch StoreError.locked {
      return try await withRunningService {
        try await work(ServiceDesk(transport: $0, name: "the running storylined"))
      }
    } catch StoreError.conflict(let found) {
      throw AdminFailure.conflict(found)
    } catch let error as StoreError {
      throw AdminFailure(message(error))
    }
  }

  /// The service that has the database, through its socket.
  func withRunningService<Value>(_ work: (NIOTransport) async throws -> Value) async throws -> Value {
    let transport = NIOTransport(socket: try await runningService(), bodyLimit: Self.answerLimit)
    return try await transport.closing(work)
  }

  /// The path of the socket of the service that has the database.
  private func runningService() async throws -> String {
    for _ in 0..<Self.patience {
      var facts = stat()
      if lstat(socket, &facts) == 0, facts.st_mode & S_IFMT == S_IFSOCK {
        let absolute = URL(fileURLWithPath: socket).path
        return absolute.utf8.count <= Self.longestSocketPath ? absolute : socket
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw AdminFailure(message(.locked(path: path)))
  }
}
