import Foundation
import StorylineAdmin
import StorylineModels
import SwiftASN1
import Testing
import X509

@Suite("Certificates") struct CertificateTests {
  /// What `openssl` says.
  private func openssl(_ arguments: String...) throws -> (code: Int32, text: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  private func certificate(_ desk: Desk, _ name: String) throws -> Certificate {
    let documents = try PEMDocument.parseMultiple(pemString: desk.read("tls/\(name)"))
    return try Certificate(pemDocument: #require(documents.first))
  }

  @Test func `openssl accepts the chain for each of the names`() async throws {
    let desk = try Desk()
    let run = await desk.run(
      "certificate", "--directory", "@/tls", "--name", "story.home.test", "--name", "192.168.1.20")
    #expect(run.code == 0, "\(run.err)")
    let base = [
      "verify", "-x509_strict", "-attime", "1733313600", "-purpose", "sslserver", "-CAfile", desk.path + "/tls/ca.pem",
    ]
    let leaf = desk.path + "/tls/server.pem"
    for name in ["localhost", "story.home.test"] {
      let verdict = try openssl(
        base[0], base[1], base[2], base[3], base[4], base[5], base[6], base[7], "-verify_hostname", name, leaf)
      #expect(verdict.code == 0, "\(name): \(verdict.text)")
    }
    for address in ["127.0.0.1", "::1", "192.168.1.20"] {
      let verdict = try openssl(
        base[0], base[1], base[2], base[3], base[4], base[5], base[6], base[7], "-verify_ip", address, leaf)
      #expect(verdict.code == 0, "\(address): \(verdict.text)")
    }
    let other = try openssl(
      base[0], base[1], base[2], base[3], base[4], base[5], base[6], base[7], "-verify_hostname", "example.com", leaf)
    #expect(other.code != 0)
  }

  @Test func `keys are for their owner alone, and belong to their certificates`() async throws {
    let desk = try Desk()
    #expect(await desk.run("certificate", "--directory", "@/tls").code == 0)
    #expect(try desk.mode("tls") == 0o700)
    for (name, mode) in [("ca.key", 0o600), ("server.key", 0o600), ("ca.pem", 0o644), ("server.pem", 0o644)] {
      #expect(try desk.mode("tls/\(name)") == mode, "\(name)")
    }
    for name in ["ca", "server"] {
      let key = try Certificate.PrivateKey(pemEncoded: desk.read("tls/\(name).key"))
      #expect(try certificate(desk, "\(name).pem").publicKey == key.publicKey)
    }
  }

  @Test func `the authority lives ten years and signs for its names only, the server's certificate ninety days`()
    async throws
  {
    let desk = try Desk()
    #expect(await desk.run("certificate", "--directory", "@/tls", "--name", "news.example").code == 0)
    let authority = try certificate(desk, "ca.pem")
    let server = try certificate(desk, "server.pem")
    #expect(authority.notValidAfter == Desk.noon.date.addingTimeInterval(3653 * 86400))
    #expect(server.notValidAfter == Desk.noon.date.addingTimeInterval(90 * 86400))
    #expect(server.notValidBefore == Desk.noon.date.addingTimeInterval(-3600))
    let constraints = try #require(try authority.extensions.nameConstraints)
    #expect(Array(constraints.permittedDNSDomains) == ["localhost", "news.example", "test"])
    #expect(try authority.extensions.basicConstraints == .isCertificateAuthority(maxPathLength: 0))
    #expect(try server.extensions.basicConstraints == .notCertificateAuthority)
  }

  @Test func `a second run keeps the authority, the server's key and its names, and signs anew`() async throws {
    let desk = try Desk()
    #expect(await desk.run("certificate", "--directory", "@/tls", "--name", "a.test").code == 0)
    let before = try ["ca.pem", "ca.key", "server.key", "server.pem"].map { try desk.read("tls/\($0)") }
    let later = Desk.noon.advanced(byMilliseconds: 80 * 86_400_000)
    let run = await desk.run("certificate", "--directory", "@/tls", now: later)
    #expect(run.code == 0 && run.out.contains("kept the authority"))
    #expect(run.out.contains("for localhost, 127.0.0.1, ::1, a.test, good until"))
    let after = try ["ca.pem", "ca.key", "server.key", "server.pem"].map { try desk.read("tls/\($0)") }
    #expect(after.dropLast() == before.dropLast() && after.last != before.last)
    #expect(try certificate(desk, "server.pem").notValidAfter == later.date.addingTimeInterval(90 * 86400))
  }

  @Test func `an authority is never replaced: what stands in the way is said`() async throws {
    let desk = try Desk()
    #expect(await desk.run("certificate", "--directory", "@/tls").code == 0)
    let pem = try desk.read("tls/ca.pem")
    let foreign = await desk.run("certificate", "--directory", "@/tls", "--name", "news.example")
    #expect(foreign.code == 1 && foreign.err.contains("may only vouch for localhost, test, not for news.example"))
    let late = await desk.run(
      "certificate", "--directory", "@/tls", now: Desk.noon.advanced(byMilliseconds: 3600 * 86_400_000))
    #expect(late.code == 1 && late.err.contains("expires too soon"))
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: desk.path + "/tls/ca.key")
    #expect(await desk.run("certificate", "--directory", "@/tls").err.contains("chmod 600"))
    try FileManager.default.removeItem(atPath: desk.path + "/tls/ca.key")
    #expect(await desk.run("certificate", "--directory", "@/tls").err.contains("ca.key is not; bring it back"))
    try FileManager.default.copyItem(atPath: desk.path + "/tls/server.key", toPath: desk.path + "/tls/ca.key")
    #expect(await desk.run("certificate", "--directory", "@/tls").err.contains("is not the key of"))
    #expect(try desk.read("tls/ca.pem") == pem)
  }

  @Test(arguments: ["https://a.test", "a.test:8443", "a b", "-a.test", "", "a..test", "*.test"])
  func `what is no host name is refused`(name: String) async throws {
    let desk = try Desk()
    let run = await desk.run("certificate", "--directory", "@/tls", "--name", name)
    #expect(run.code == 1 || (name == "-a.test" && run.code == 64))
    #expect(!desk.exists("tls"))
  }
}
