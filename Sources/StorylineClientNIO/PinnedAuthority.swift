import Crypto
public import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import StorylineClient
import StorylineModels

/// Finds the authority that an invite's link names by the digest of its key.
public enum PinnedAuthority {
  private static let patience = TimeAmount.seconds(15)

  /// The certificate, in PEM, for `ServerTrust.authority`. Nothing is sent but a TLS greeting.
  ///
  /// Whoever sits in between can hand out the right authority's certificate, for that is public, but then has no server
  /// certificate that it signed: the connections that follow are checked against it and fail.
  ///
  /// - Parameter pin: SHA-256 of its public key.
  /// - Throws: `TransportError.untrusted` if the server shows no certificate with that key.
  public static func certificate(of server: String, pin: Data) async throws -> String {
    guard let url = URL(string: server), url.scheme == "https", let host = url.host, !host.isEmpty else {
      throw TransportError.unreachable("“\(server)” is not an address such as https://localhost:8443")
    }
    let name = host.trimmingCharacters(in: ["[", "]"])
    for certificate in try await chain(name, port: url.port ?? 443) {
      let key = try certificate.extractPublicKey().toSPKIBytes()
      if Data(SHA256.hash(data: key)) == pin { return pem(try certificate.toDERBytes()) }
    }
    throw TransportError.untrusted(
      "it does not belong to the authority that the invite names; do not go on, and ask whoever sent it for a new one")
  }

  /// What the server shows of itself, leaf first.
  private static func chain(_ host: String, port: Int) async throws -> [NIOSSLCertificate] {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let shown = loop.makePromise(of: [NIOSSLCertificate].self)
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    let context = try NIOSSLContext(configuration: tls)
    let isAddress = (try? SocketAddress(ipAddress: host, port: port)) != nil
    let bootstrap = ClientBootstrap(group: loop).connectTimeout(.seconds(10)).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        let handler = try NIOSSLClientHandler(
          context: context, serverHostname: isAddress ? nil : host,
          customVerificationCallback: { certificates, verdict in
            shown.succeed(certificates)
            // The connection has done its work, and carries nothing.
            verdict.succeed(.failed)
          })
        try channel.pipeline.syncOperations.addHandler(handler)
      }
    }
    do {
      let channel = try await bootstrap.connect(host: host, port: port).get()
      let deadline = loop.scheduleTask(in: patience) { channel.close(promise: nil) }
      channel.closeFuture.whenComplete { _ in
        deadline.cancel()
        shown.fail(TransportError.cut("the server showed no certificate"))
      }
      return try await shown.futureResult.get()
    } catch {
      shown.fail(error)
      throw TransportError(network: error)
    }
  }

  private static func pem(_ der: [UInt8]) -> String {
    let lines = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    return "-----BEGIN CERTIFICATE-----\n\(lines)\n-----END CERTIFICATE-----\n"
  }
}
