import Crypto
import Foundation
import StorylineModels
import SwiftASN1
import X509

/// The authority's certificate with its key.
struct Authority {
  let certificate: Certificate
  let key: P256.Signing.PrivateKey

  /// A new one. It can only vouch for `localhost`, `.test` and the host names it is made for, so that its key, if it
  /// is stolen, opens nothing else.
  static func make(for hosts: [HostName], now: Timestamp) throws -> Authority {
    let key = P256.Signing.PrivateKey()
    let signer = Certificate.PrivateKey(key)
    let name = try DistinguishedName {
      CommonName("Storyline private authority " + String(UInt32.random(in: .min ... .max), radix: 16))
    }
    let domains = Set(["localhost", "test"] + hosts.compactMap(\.domain)).sorted()
    // No constraint on addresses: BoringSSL, which the servers and clients here use, refuses every chain with one
    // (X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE).
    let extensions = try Certificate.Extensions {
      Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
      Critical(KeyUsage(keyCertSign: true, cRLSign: true))
      Critical(NameConstraints(permittedDNSDomains: domains))
      SubjectKeyIdentifier(hash: signer.publicKey)
    }
    let certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: signer.publicKey, notValidBefore: now.start,
      notValidAfter: now.after(days: DevelopmentCertificates.authorityDays), issuer: name, subject: name,
      signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: signer)
    return Authority(certificate: certificate, key: key)
  }

  static func read(certificate path: String, key keyPath: String) throws -> Authority {
    let key = try SafeFile.key(at: keyPath)
    guard let certificate = try? Certificate(pemEncoded: SafeFile.text(at: path)) else {
      throw AdminFailure("\(path) is not a certificate in PEM; move it and \(keyPath) away to make new ones")
    }
    guard certificate.publicKey == Certificate.PrivateKey(key).publicKey else {
      throw AdminFailure("\(keyPath) is not the key of \(path); move both away to make new ones")
    }
    return Authority(certificate: certificate, key: key)
  }

  /// Whether this authority may sign for `hosts` now and as long as a server certificate lives.
  func check(_ hosts: [HostName], now: Timestamp, path: String) throws {
    guard certificate.notValidAfter > now.after(days: DevelopmentCertificates.serverDays) else {
      throw AdminFailure("\(path) expires too soon; move it and its key away, and give the new one to every device")
    }
    guard let constraints = try certificate.extensions.nameConstraints else { return }
    let permitted = Array(constraints.permittedDNSDomains)
    guard !permitted.isEmpty else { return }
    for domain in hosts.compactMap(\.domain) where !permitted.contains(where: { domain.isWithin($0) }) {
      throw AdminFailure(
        "\(path) may only vouch for \(permitted.joined(separator: ", ")), not for \(domain); move it and its key away "
          + "to make a new authority, and give that to every device")
    }
  }

  /// A server's certificate for 90 days.
  func sign(_ key: P256.Signing.PublicKey, for hosts: [HostName], now: Timestamp) throws -> Certificate {
    let publicKey = Certificate.PublicKey(key)
    let subject = try DistinguishedName { CommonName("Storyline server") }
    let identifier = try certificate.extensions.subjectKeyIdentifier
    let extensions = try Certificate.Extensions {
      Critical(BasicConstraints.notCertificateAuthority)
      Critical(KeyUsage(digitalSignature: true))
      try ExtendedKeyUsage([.serverAuth])
      SubjectAlternativeNames(hosts.map(\.generalName))
      SubjectKeyIdentifier(hash: publicKey)
      AuthorityKeyIdentifier(keyIdentifier: identifier?.keyIdentifier)
    }
    return try Certificate(
      version: .v3, serialNumber: .init(), publicKey: publicKey, notValidBefore: now.start,
      notValidAfter: now.after(days: DevelopmentCertificates.serverDays), issuer: certificate.subject,
      subject: subject, signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions,
      issuerPrivateKey: Certificate.PrivateKey(self.key))
  }
}

extension Timestamp {
  /// An hour ago: a device whose clock is a little behind must not find the certificate in its future.
  fileprivate var start: Date { advanced(byMilliseconds: -3_600_000).date }

  fileprivate func after(days: Int) -> Date { advanced(byMilliseconds: Int64(days) * 86_400_000).date }
}

extension String {
  /// Whether this host is `domain` or below it (RFC 5280, section 4.2.1.10).
  fileprivate func isWithin(_ domain: String) -> Bool { self == domain || hasSuffix("." + domain) }
}
