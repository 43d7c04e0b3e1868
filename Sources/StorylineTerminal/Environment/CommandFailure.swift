/// Why a command ends without doing what it was asked for: one message for a person, and the exit code.
public struct CommandFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Int32, Sendable {
    case error = 1
    /// The command line makes no sense.
    case usage = 2
    /// Nothing is cached and the server was not reached.
    case nothingCached = 3
    case notSignedIn = 4
  }

  public var code: Code
  /// What is wrong and what to do, in one line.
  public var message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }

  static let notSignedIn = CommandFailure(
    .notSignedIn, "not signed in; run “storyline login https://SERVER” with your invite first")
  static let neverSynced = CommandFailure(
    .nothingCached, "nothing is here yet; run “storyline sync” while you are online")
}
