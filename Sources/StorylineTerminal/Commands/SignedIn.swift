import StorylineClient
import StorylineModels

extension Session {
  /// Runs `body` with a transport that speaks for this device, renews its tokens by itself and is closed at the end.
  func signedIn<Result: Sendable>(
    _ body: (Credentials, any HTTPTransport) async throws -> Result
  ) async throws -> Result {
    guard let credentials = try home.keeper.load() else { throw CommandFailure.notSignedIn }
    let (keeper, clock) = (home.keeper, environment.clock)
    return try await environment.transports.with(server: credentials.server, trust: credentials.trust) { transport in
      try await body(credentials, SignedTransport(base: transport, keeper: keeper, clock: clock))
    }
  }

  /// The same for what is asked about devices, with refusals in words for a person.
  func devices<Result: Sendable>(_ body: (ReaderDevices) async throws -> Result) async throws -> Result {
    do {
      return try await signedIn { _, transport in
        try await body(ReaderDevices(transport: transport, clock: environment.clock))
      }
    } catch let error as OAuthError {
      throw CommandFailure(.error, "the server refused: \(error.description)")
    } catch SyncError.problem(let problem) {
      throw CommandFailure(.error, problem.detail ?? problem.title)
    } catch SyncError.offline(let why) {
      throw CommandFailure(.error, "offline: \(why)")
    }
  }
}
