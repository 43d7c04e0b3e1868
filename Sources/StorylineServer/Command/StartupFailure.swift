import NIOCore
import StorylineStore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why the service does not start or did not go on, in one plain line.
public struct StartupFailure: Error, Hashable, CustomStringConvertible {
  public let message: String
  public let exitCode: ExitCode

  init(_ message: String, exitCode: ExitCode = .failure) {
    self.message = message
    self.exitCode = exitCode
  }

  public var description: String { message }

  /// What the process ends with.
  public enum ExitCode: Int32, Sendable {
    case success = 0
    case failure = 1
    case usage = 2
    /// EX_TEMPFAIL: the same command may work later.
    case locked = 75
  }
}

extension StartupFailure {
  init(_ error: any Error, configuration: ServerConfiguration) {
    switch error {
    case let error as StartupFailure: self = error
    case let error as StoreError: self.init(error)
    case let error as IOError: self.init(error, address: configuration.listen)
    default: self.init("storylined cannot go on: \(error)")
    }
  }

  private init(_ error: StoreError) {
    switch error {
    case .locked(let path):
      self.init("\(path): is in use by another process; one process at a time serves a database", exitCode: .locked)
    default:
      self.init("\(error)")
    }
  }

  private init(_ error: IOError, address: ListenAddress) {
    let place =
      switch address {
      case .network(let host, let port): "port \(port) on \(host)"
      case .socket(let path): path
      }
    switch error.errnoCode {
    case EADDRINUSE: self.init("\(place) is in use by another program; --listen-port takes another one")
    case EACCES: self.init("\(place) may not be used by this user")
    case EADDRNOTAVAIL: self.init("\(place): this machine has no such address")
    default: self.init("\(place): \(error)")
    }
  }
}
