import Foundation
import NIOSSL

/// TLS as we offer it: 1.2 and up, forward-secret key exchange and authenticated ciphers only (security rule T7).
///
/// The library's own minimum for servers is TLS 1.0 with ciphers that have been broken for years.
enum TLSSettings {
  static let ciphersOfTLS12: [NIOTLSCipher] = [
    .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
  ]

  /// - Throws: `StartupFailure` that says which file is at fault and why.
  static func configuration(for files: TLSFiles, now: Date = Date()) throws -> TLSConfiguration {
    let chain = try certificates(files.certificate)
    try checkDates(of: chain[0], file: files.certificate, now: now)
    let key = try privateKey(files.key)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.cipherSuiteValues = ciphersOfTLS12
    do {
      _ = try NIOSSLContext(configuration: configuration)
    } catch {
      throw StartupFailure("\(files.key): is not the key of the certificate in \(files.certificate)")
    }
    return configuration
  }

  private static func certificates(_ path: String) throws -> [NIOSSLCertificate] {
    try checkReadable(path, what: "certificate")
    guard let chain = try? NIOSSLCertificate.fromPEMFile(path), !chain.isEmpty else {
      throw StartupFailure("\(path): holds no certificate in PEM form")
    }
    return chain
  }

  private static func privateKey(_ path: String) throws -> NIOSSLPrivateKey {
    try checkReadable(path, what: "key")
    guard let key = try? NIOSSLPrivateKey(file: path, format: .pem) else {
      throw StartupFailure("\(path): holds no private key in PEM form, or one with a passphrase")
    }
    return key
  }

  private static func checkReadable(_ path: String, what: String) throws {
    do {
      _ = try FileHandle(forReadingFrom: URL(fileURLWithPath: path)).close()
    } catch {
      throw StartupFailure("\(path): the \(what) cannot be read: \((error as NSError).localizedDescription)")
    }
  }

  private static func checkDates(of certificate: NIOSSLCertificate, file: String, now: Date) throws {
    let end = Date(timeIntervalSince1970: Double(certificate.notValidAfter))
    let start = Date(timeIntervalSince1970: Double(certificate.notValidBefore))
    if now >= end { throw StartupFailure("\(file): the certificate expired on \(end.formatted(.iso8601))") }
    if now < start { throw StartupFailure("\(file): the certificate is valid only from \(start.formatted(.iso8601))") }
  }
}
