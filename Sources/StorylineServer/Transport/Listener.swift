import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOSSL

/// How connections are accepted, limited and spoken to.
enum Listener {
  static func applicationConfiguration(for configuration: ServerConfiguration) -> ApplicationConfiguration {
    ApplicationConfiguration(
      address: address(configuration.listen),
      // No Server field: which program this is helps only who looks for its faults.
      serverName: nil,
      availableConnectionsDelegate: MaximumAvailableConnections(configuration.connections.maximum))
  }

  /// HTTP/2 and HTTP/1.1 over TLS by ALPN, or plain HTTP/1.1 on this machine; both behind the connection guard.
  ///
  /// - Throws: `StartupFailure` if plain HTTP would leave this machine.
  static func server(for configuration: ServerConfiguration, tls: TLSConfiguration?) throws -> HTTPServerBuilder {
    let deadlines = deadlines(for: configuration)
    let streams = streamConfiguration(for: configuration)
    let networks = NetworkCount(maximum: configuration.connections.perNetwork)
    guard let tls else {
      guard configuration.listen.isLocal else {
        throw StartupFailure("plain HTTP is served on loopback addresses only; configure tls.certificate and tls.key")
      }
      return HTTPServerBuilder { responder in
        GuardedChannel(
          base: HTTP1Channel(responder: responder, configuration: streams), deadlines: deadlines, networks: networks)
      }
    }
    let channel = channelConfiguration(for: configuration, streams: streams)
    return HTTPServerBuilder { responder in
      GuardedChannel(
        base: try HTTP2UpgradeChannel(tlsConfiguration: tls, configuration: channel, responder: responder),
        deadlines: deadlines, networks: networks)
    }
  }

  static func channelConfiguration(
    for configuration: ServerConfiguration, streams: HTTP1Channel.Configuration
  ) -> HTTP2ChannelConfiguration {
    var channel = HTTP2ChannelConfiguration(
      idleTimeout: configuration.connections.idleTime, gracefulCloseTimeout: configuration.drainTime,
      streamConfiguration: streams)
    // The initialiser takes this one too and drops it (security rule T6).
    channel.maxAgeTimeout = configuration.connections.maximumAge
    return channel
  }

  static func streamConfiguration(for configuration: ServerConfiguration) -> HTTP1Channel.Configuration {
    let readLimit = TimeAmount(configuration.requestReadTime)
    return HTTP1Channel.Configuration(
      additionalChannelHandlers: [MalformedRequestResponder(), ReadDeadline(limit: readLimit)],
      idleTimeout: TimeAmount(configuration.connections.idleTime),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: 8 * 1024, maxHeaderListSize: 16 * 1024, maxHeaderFieldCount: 64))
  }

  private static func deadlines(for configuration: ServerConfiguration) -> ConnectionDeadlines {
    ConnectionDeadlines(
      firstByte: TimeAmount(configuration.connections.firstByteTime),
      idle: TimeAmount(configuration.connections.idleTime),
      maximumAge: TimeAmount(configuration.connections.maximumAge),
      drain: TimeAmount(configuration.drainTime))
  }

  private static func address(_ address: ListenAddress) -> BindAddress {
    switch address {
    case .network(let host, let port): .hostname(host, port: port)
    case .socket(let path): .unixDomainSocket(path: path)
    }
  }
}
