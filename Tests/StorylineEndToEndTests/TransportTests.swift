import Foundation
import StorylineClient
import StorylineClientNIO
import StorylineModels
import StorylineTestSupport
import Testing

/// The transport of Linux against the real server's TLS, and against nobody.
struct TransportTests {
  private let health = TransportRequest(method: .get, path: Route.healthLive.path, timeout: .seconds(20))

  /// What a request through a transport of its own ends with.
  private func failure(_ server: String, _ trust: ServerTrust) async throws -> TransportError? {
    let transport = try NIOTransport(server: server, trust: trust)
    var failure: TransportError?
    do {
      _ = try await transport.send(health)
    } catch let error as TransportError {
      failure = error
    }
    try await transport.shutdown()
    return failure
  }

  @Test func `a server is trusted by its own authority and by no other`() async throws {
    let scratch = try Scratch()
    let service = try await LiveService.start(in: scratch)
    let transport = try service.transport()
    let answer = try await transport.send(health)
    #expect(answer.status == 200)
    try await transport.shutdown()
    try LiveService.admin(["certificate", "--directory", scratch.file("other")], in: scratch)
    let other = try String(contentsOfFile: scratch.file("other/ca.pem"), encoding: .utf8)
    for trust in [ServerTrust.system, .authority(pem: other)] {
      guard case .untrusted = try await failure(service.address, trust) else {
        Issue.record("\(trust) was accepted")
        continue
      }
    }
    #expect(service.program.terminate() == 0)
    guard case .unreachable = try await failure(service.address, .system) else {
      Issue.record("a stopped server is reachable")
      return
    }
  }

  @Test func `a host that does not exist is named`() async throws {
    let failure = try await failure("https://storyline.invalid", .system)
    #expect(failure == .unreachable("there is no host “storyline.invalid”"))
  }

  @Test(arguments: ["", "localhost:8443", "http://localhost", "https://", "ftp://x", "https:/x"])
  func `what is no address of HTTPS is refused before anything is sent`(server: String) {
    #expect(throws: TransportError.self) { try NIOTransport(server: server, trust: .system) }
  }

  @Test(arguments: ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
  func `an authority that is no certificate is refused`(pem: String) {
    #expect(throws: TransportError.self) {
      try NIOTransport(server: "https://localhost", trust: .authority(pem: pem))
    }
  }
}
