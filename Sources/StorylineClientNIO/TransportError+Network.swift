import AsyncHTTPClient
import NIOCore
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import StorylineClient

extension TransportError {
  /// Sorts what AsyncHTTPClient and NIO throw by what it means, in words for a person.
  init(network error: any Error) {
    switch error {
    case let error as TransportError: self = error
    case let error as NIOSSLError: self = Self.tls(error)
    case let error as NIOSSLExtraError:
      self = .untrusted(error == .failedToValidateHostname ? "it is not made out for this host" : "\(error)")
    case let error as HTTPClientError: self = Self.client(error)
    case is NIOTooManyBytesError, NIOHTTPDecompression.DecompressionError.limit:
      self = .cut("the answer is larger than 8 MiB")
    case let error as NIOConnectionError: self = Self.connection(error)
    case let error as IOError: self = .cut(error.description)
    case let error as ChannelError: self = Self.channel(error)
    default: self = .cut("\(error)")
    }
  }

  private static func tls(_ error: NIOSSLError) -> TransportError {
    switch error {
    case .handshakeFailed(let cause):
      let text = "\(cause)"
      if text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("UNKNOWN_CA") {
        return .untrusted("it is not signed by an authority that we trust, or it has expired")
      }
      if text.contains("WRONG_VERSION_NUMBER") { return .unreachable("what answers there does not speak TLS") }
      return .unreachable("the TLS handshake failed: \(text)")
    case .uncleanShutdown: return .cut("the connection broke")
    default: return .cut("TLS: \(error)")
    }
  }

  private static func client(_ error: HTTPClientError) -> TransportError {
    let timeouts: [HTTPClientError] = [.readTimeout, .writeTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout]
    let connecting: [HTTPClientError] = [.connectTimeout, .tlsHandshakeTimeout]
    if timeouts.contains(error) { return .timedOut }
    if connecting.contains(error) { return .unreachable("no connection within 10 seconds") }
    if error == .remoteConnectionClosed { return .cut("the server closed the connection") }
    return .cut(error.shortDescription)
  }

  private static func connection(_ error: NIOConnectionError) -> TransportError {
    if error.dnsAError != nil || error.dnsAAAAError != nil, error.connectionErrors.isEmpty {
      return .unreachable("there is no host “\(error.host)”")
    }
    if let refused = error.connectionErrors.first.map({ "\($0.error)" }), refused.contains("refused") {
      return .unreachable("\(error.host), port \(error.port), does not answer")
    }
    return .unreachable(
      "\(error.host), port \(error.port): \(error.connectionErrors.first.map { "\($0.error)" } ?? "")")
  }

  private static func channel(_ error: ChannelError) -> TransportError {
    if case .connectTimeout = error { return .unreachable("no connection within 10 seconds") }
    return .cut("\(error)")
  }
}
