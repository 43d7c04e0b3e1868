import Foundation
import NIOSSL
import StorylineModels
import Testing

@testable import StorylineServer

/// What may speak to us (security rule T7).
@Suite(.timeLimit(.minutes(2))) struct TLSTests {
  struct Offer: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var isTaken: Bool
    var configure: @Sendable (inout TLSConfiguration) -> Void
  }

  static let offers: [Offer] = [
    Offer(testDescription: "TLS 1.0 and 1.1", isTaken: false) {
      $0.minimumTLSVersion = .tlsv1
      $0.maximumTLSVersion = .tlsv11
    },
    Offer(testDescription: "TLS 1.2 with CBC", isTaken: false) {
      $0.maximumTLSVersion = .tlsv12
      $0.cipherSuiteValues = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, .TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
        .TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
      ]
    },
    Offer(testDescription: "TLS 1.2 without forward secrecy", isTaken: false) {
      $0.maximumTLSVersion = .tlsv12
      $0.cipherSuiteValues = [.TLS_RSA_WITH_AES_128_GCM_SHA256, .TLS_RSA_WITH_AES_256_GCM_SHA384]
    },
    Offer(testDescription: "TLS 1.2 with AES-GCM", isTaken: true) {
      $0.maximumTLSVersion = .tlsv12
      $0.cipherSuiteValues = [.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]
    },
    Offer(testDescription: "TLS 1.2 with ChaCha20", isTaken: true) {
      $0.maximumTLSVersion = .tlsv12
      $0.cipherSuiteValues = [.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256]
    },
    Offer(testDescription: "TLS 1.3", isTaken: true) { $0.minimumTLSVersion = .tlsv13 },
  ]

  @Test(arguments: offers)
  func `only forward-secret and authenticated ciphers of TLS 1.2 and later are taken`(offer: Offer) async throws {
    try await TestService.run(on: .http1OverTLS) { service in
      let (port, authority) = (try #require(service.port), try #require(service.authority))
      guard offer.isTaken else {
        await #expect(throws: (any Error).self) {
          _ = try await RawConnection.tls(port: port, authority: authority, configure: offer.configure)
        }
        return
      }
      let connection = try await RawConnection.tls(port: port, authority: authority, configure: offer.configure)
      try await connection.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      #expect(try await connection.untilClosed().hasPrefix("HTTP/1.1 200 OK"))
    }
  }

  @Test func `the library's own settings would take TLS 1.0`() throws {
    let authority = try TestAuthority()
    defer { try? FileManager.default.removeItem(at: authority.directory) }
    let files = try authority.issue()
    let theirs = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(files.certificate).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem)))
    // Why we set ours. Should this fail one day, theirs have become better.
    #expect(theirs.minimumTLSVersion == .tlsv1)
    #expect(try TLSSettings.configuration(for: files).minimumTLSVersion == .tlsv12)
  }

  @Test func `certificates that cannot be used are named with the reason`() throws {
    let authority = try TestAuthority()
    defer { try? FileManager.default.removeItem(at: authority.directory) }
    let good = try authority.issue()
    let other = try authority.issue(name: "other")
    let expired = try authority.issue(name: "expired", from: Date() - 7200, until: Date() - 3600)
    let early = try authority.issue(name: "early", from: Date() + 3600, until: Date() + 7200)
    let text = authority.directory.appending(path: "text.pem").path
    try Data("not a certificate".utf8).write(to: URL(filePath: text))
    let cases: [(TLSFiles, String)] = [
      (TLSFiles(certificate: "/nowhere/c.pem", key: good.key), "/nowhere/c.pem: the certificate cannot be read"),
      (TLSFiles(certificate: good.certificate, key: "/nowhere/k.pem"), "/nowhere/k.pem: the key cannot be read"),
      (TLSFiles(certificate: text, key: good.key), "holds no certificate"),
      (TLSFiles(certificate: good.certificate, key: text), "holds no private key"),
      (TLSFiles(certificate: good.certificate, key: other.key), "is not the key of the certificate"),
      (expired, "the certificate expired on 20"), (early, "the certificate is valid only from 20"),
    ]
    for (files, message) in cases {
      let failure = #expect(throws: StartupFailure.self) { try TLSSettings.configuration(for: files) }
      #expect(failure?.message.contains(message) == true, "\(failure?.message ?? "nothing"), not \(message)")
      #expect(failure?.exitCode == .failure)
      #expect(failure?.message.contains("\n") == false)
    }
    #expect(throws: Never.self) { try TLSSettings.configuration(for: good) }
  }

  @Test func `a renewed certificate counts from the next connection on, and a half-written one does not`() async throws
  {
    let soon = Duration.milliseconds(20)
    try await TestService.run(on: .http1OverTLS, certificateRefresh: soon) { service in
      let old = try #require(service.authority)
      let new = try TestAuthority()
      defer { try? FileManager.default.removeItem(at: new.directory) }
      let issued = try new.issue()
      #expect(try await Self.isServed(service, trusting: old))

      try Self.replace("server.pem", by: issued.certificate, in: old)
      let fault = "is not the key of the certificate"
      while !service.log.lines.contains(where: { $0.contains(fault) }) { try await Task.sleep(for: soon) }
      #expect(try await Self.isServed(service, trusting: old))

      try Self.replace("server.key", by: issued.key, in: old)
      while !service.log.lines.contains(where: { $0.contains("renewed") }) { try await Task.sleep(for: soon) }
      #expect(try await Self.isServed(service, trusting: new))
      #expect(try await !Self.isServed(service, trusting: old))
      #expect(service.log.lines.count { $0.contains(fault) } == 1)
    }
  }

  private static func replace(_ name: String, by file: String, in authority: TestAuthority) throws {
    try Data(contentsOf: URL(filePath: file)).write(to: authority.directory.appending(path: name), options: .atomic)
  }

  private static func isServed(_ service: TestService, trusting authority: TestAuthority) async throws -> Bool {
    let port = try #require(service.port)
    guard let connection = try? await RawConnection.tls(port: port, authority: authority) else { return false }
    try await connection.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    return try await connection.untilClosed().hasPrefix("HTTP/1.1 200 OK")
  }

  @Test func `plain HTTP never leaves this machine`() {
    for host in ["0.0.0.0", "::", "192.0.2.1", "example.org", "127.evil.example", ""] {
      var configuration = ServerConfiguration()
      configuration.listen = .network(host: host, port: 8080)
      #expect(throws: StartupFailure.self, "\(host)") { try Listener.server(for: configuration, tls: nil) }
    }
    for host in ["127.0.0.1", "127.8.9.1", "::1", "localhost"] {
      var configuration = ServerConfiguration()
      configuration.listen = .network(host: host, port: 8080)
      #expect(throws: Never.self, "\(host)") { _ = try Listener.server(for: configuration, tls: nil) }
    }
  }
}
