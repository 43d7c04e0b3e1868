import Crypto
import Foundation
public import StorylineModels
import SwiftASN1
import X509

/// A private certificate authority in a folder, and the server certificate that it signs: for development and for a
/// circle of devices that are told to trust it.
///
/// The folder holds `ca.pem` and `ca.key`, made once and kept, and `server.pem` and `server.key`, whose certificate is
/// signed anew by every call. Keys have mode 0600.
public struct DevelopmentCertificates: Sendable {
  static let standardNames = ["localhost", "127.0.0.1", "::1"]
  static let authorityDays = 3653
  static let serverDays = 90

  public let directory: String
  private let now: Timestamp

  /// - Parameter now: the moment that validity is counted from.
  public init(directory: String, now: Timestamp) {
    self.directory = directory
    self.now = now
  }

  /// What was written.
  public struct Outcome: Hashable, Sendable {
    public var madeAuthority: Bool
    /// What the server's certificate is for: host names and addresses.
    public var names: [String]
    public var serverExpires: Timestamp
    public var authorityExpires: Timestamp
  }

  public var authorityPath: String { path("ca.pem") }
  public var serverPath: String { path("server.pem") }
  public var serverKeyPath: String { path("server.key") }
  private var authorityKeyPath: String { path("ca.key") }

  /// Makes or renews the certificates for `localhost`, `127.0.0.1`, `::1`, `names`, and the names of the certificate
  /// that is renewed: a renewal by the clock must not forget what somebody once asked for.
  ///
  /// - Throws: an error whose description says what is wrong and what to do; an existing authority is never replaced.
  public func write(names: [String] = []) throws -> Outcome {
    do {
      let hosts = try self.hosts(names)
      try SafeFile.makeFolder(directory)
      let existing = try existingAuthority()
      let authority = try existing ?? Authority.make(for: hosts, now: now)
      try authority.check(hosts, now: now, path: authorityPath)
      if existing == nil {
        // The key first: a certificate without its key would have to be thrown away.
        try SafeFile.write(authority.key.pemRepresentation, to: authorityKeyPath, mode: 0o600)
        try SafeFile.write(try authority.certificate.pem, to: authorityPath, mode: 0o644)
      }
      let server = try sign(hosts, by: authority)
      return Outcome(
        madeAuthority: existing == nil, names: hosts.map(\.text), serverExpires: Timestamp(server.notValidAfter),
        authorityExpires: Timestamp(authority.certificate.notValidAfter))
    } catch let failure as AdminFailure {
      throw CertificateFailure(description: failure.message)
    }
  }

  private func hosts(_ names: [String]) throws -> [HostName] {
    var hosts = try (Self.standardNames + names).map(HostName.init)
    if FileManager.default.fileExists(atPath: serverPath),
      let old = try? Certificate(leafOf: SafeFile.text(at: serverPath)),
      let alternatives = try? old.extensions.subjectAlternativeNames
    {
      hosts += alternatives.compactMap(HostName.init)
    }
    var seen: Set<HostName> = []
    return hosts.filter { seen.insert($0).inserted }
  }

  private func path(_ name: String) -> String { directory + "/" + name }

  private func existingAuthority() throws -> Authority? {
    let hasCertificate = FileManager.default.fileExists(atPath: authorityPath)
    let hasKey = FileManager.default.fileExists(atPath: authorityKeyPath)
    guard hasCertificate || hasKey else { return nil }
    guard hasCertificate, hasKey else {
      let (there, missing) = hasKey ? (authorityKeyPath, authorityPath) : (authorityPath, authorityKeyPath)
      throw AdminFailure("\(there) is there, but \(missing) is not; bring it back, or move the other away")
    }
    return try Authority.read(certificate: authorityPath, key: authorityKeyPath)
  }

  /// A renewed certificate keeps the server's key: only one file changes, so that no moment sees two that do not match.
  private func sign(_ hosts: [HostName], by authority: Authority) throws -> Certificate {
    let hasKey = FileManager.default.fileExists(atPath: serverKeyPath)
    let key = hasKey ? try SafeFile.key(at: serverKeyPath) : P256.Signing.PrivateKey()
    let certificate = try authority.sign(key.publicKey, for: hosts, now: now)
    if !hasKey { try SafeFile.write(key.pemRepresentation, to: serverKeyPath, mode: 0o600) }
    // With the authority after it: a device that knows only the digest of its key takes it from here.
    try SafeFile.write(try certificate.pem + authority.certificate.pem, to: serverPath, mode: 0o644)
    return certificate
  }
}

/// Why no certificate was made.
public struct CertificateFailure: Error, Hashable, CustomStringConvertible {
  public let description: String
}

extension Certificate {
  /// The first certificate of a chain in PEM.
  init(leafOf text: String) throws {
    guard let first = try PEMDocument.parseMultiple(pemString: text).first else {
      throw AdminFailure("there is no certificate in it")
    }
    try self.init(pemDocument: first)
  }

  var pem: String { get throws { try serializeAsPEM().pemString + "\n" } }
}
