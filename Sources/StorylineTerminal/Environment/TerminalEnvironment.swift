public import Foundation
public import StorylineClient
public import StorylineScreen

/// Everything a command gets from outside: streams, variables, clock, zone, and how to reach a server.
public struct TerminalEnvironment: Sendable {
  /// Standard output and standard error.
  public var output: TextSink
  public var errors: TextSink
  /// One line of standard input without its end; nil at the end of it.
  public var readLine: @Sendable () -> String?
  /// Whether somebody sits before standard input.
  public var inputIsTerminal: Bool
  public var variables: [String: String]
  public var homeDirectory: String
  /// Wall time and sleep.
  public var clock: any SyncClock
  public var zone: TimeZone
  public var transports: TransportFactory
  /// The terminal for the full-screen app; nil where there is none.
  public var openTerminal: (@Sendable () throws -> Terminal)?

  public init(
    output: TextSink, errors: TextSink, readLine: @escaping @Sendable () -> String? = { nil },
    inputIsTerminal: Bool = false, variables: [String: String], homeDirectory: String,
    clock: any SyncClock, zone: TimeZone, transports: TransportFactory,
    openTerminal: (@Sendable () throws -> Terminal)? = nil
  ) {
    self.output = output
    self.errors = errors
    self.readLine = readLine
    self.inputIsTerminal = inputIsTerminal
    self.variables = variables
    self.homeDirectory = homeDirectory
    self.clock = clock
    self.zone = zone
    self.transports = transports
    self.openTerminal = openTerminal
  }

  /// `HOME` where it says a folder, as every program of a shell takes it; else what the system knows of the user.
  static func homeDirectory(_ variables: [String: String]) -> String {
    variables["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? NSHomeDirectory()
  }

  /// The environment of this process.
  public static func process(transports: TransportFactory) -> TerminalEnvironment {
    TextSink.reserveStandardDescriptors()
    let variables = ProcessInfo.processInfo.environment
    return TerminalEnvironment(
      output: .descriptor(1), errors: .descriptor(2), readLine: { Swift.readLine() },
      inputIsTerminal: isatty(0) == 1, variables: variables, homeDirectory: homeDirectory(variables),
      clock: SystemSyncClock(), zone: .current, transports: transports,
      openTerminal: { try Terminal(input: 0, output: 1) })
  }
}

/// Makes the connection to a server, so that this library needs no network stack of its own.
public struct TransportFactory: Sendable {
  public var open: @Sendable (_ server: String, _ trust: ServerTrust) throws -> OpenTransport
  /// The certificate, in PEM, of the authority whose key has the digest `pin`, out of what the server shows.
  public var pinned: @Sendable (_ server: String, _ pin: Data) async throws -> String

  public init(
    open: @escaping @Sendable (_ server: String, _ trust: ServerTrust) throws -> OpenTransport,
    pinned: @escaping @Sendable (_ server: String, _ pin: Data) async throws -> String = { _, _ in
      throw TransportError.untrusted("this program cannot check the pin of an invite")
    }
  ) {
    self.open = open
    self.pinned = pinned
  }

  /// Runs `body` with a transport and closes it, whatever becomes of `body`.
  func with<Result: Sendable>(
    server: String, trust: ServerTrust, _ body: (any HTTPTransport) async throws -> Result
  ) async throws -> Result {
    let opened = try open(server, trust)
    do {
      let result = try await body(opened.transport)
      await opened.close()
      return result
    } catch {
      await opened.close()
      throw error
    }
  }
}

/// A transport and how to close it.
public struct OpenTransport: Sendable {
  public var transport: any HTTPTransport
  public var close: @Sendable () async -> Void

  public init(_ transport: any HTTPTransport, close: @escaping @Sendable () async -> Void) {
    self.transport = transport
    self.close = close
  }
}
