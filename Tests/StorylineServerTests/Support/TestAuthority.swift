import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import X509

@testable import StorylineServer

/// A certificate authority that lives for one test, and the files of a server that trusts it.
struct TestAuthority: Sendable {
  let directory: URL
  let root: NIOSSLCertificate
  private let rootCertificate: Certificate
  private let rootKey = Certificate.PrivateKey(P256.Signing.PrivateKey())

  init() throws {
    directory = try TestAuthority.temporaryDirectory()
    let name = try DistinguishedName { CommonName("Storyline test authority") }
    rootCertificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: rootKey.publicKey, notValidBefore: Date() - 3600,
      notValidAfter: Date() + 86_400, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true))
      }, issuerPrivateKey: rootKey)
    root = try NIOSSLCertificate(bytes: Array(rootCertificate.serializeAsPEM().pemString.utf8), format: .pem)
  }

  /// Writes a server's certificate for localhost and its key.
  func issue(
    name: String = "server", from start: Date = Date() - 3600, until end: Date = Date() + 86_400
  ) throws -> TLSFiles {
    let key = P256.Signing.PrivateKey()
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: Certificate.PublicKey(key.publicKey), notValidBefore: start,
      notValidAfter: end, issuer: rootCertificate.subject, subject: DistinguishedName { CommonName("localhost") },
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        SubjectAlternativeNames([
          .dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
        ])
        try ExtendedKeyUsage([.serverAuth])
      }, issuerPrivateKey: rootKey)
    let files = TLSFiles(
      certificate: directory.appending(path: name + ".pem").path, key: directory.appending(path: name + ".key").path)
    try Data(certificate.serializeAsPEM().pemString.utf8).write(to: URL(filePath: files.certificate))
    try Data(key.pemRepresentation.utf8).write(to: URL(filePath: files.key))
    return files
  }

  static func temporaryDirectory() throws -> URL {
    let url = FileManager.default.temporaryDirectory.appending(path: "storyline-server-\(UUID())")
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return url
  }
}
