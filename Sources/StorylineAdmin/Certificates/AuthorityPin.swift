import Crypto
import Foundation
import SwiftASN1
import X509

/// By what an invite's link names a private authority: the digest of its public key.
struct AuthorityPin {
  /// SHA-256 of the SubjectPublicKeyInfo.
  let digest: Data

  /// - Throws: `AdminFailure` if the file holds no certificate of an authority.
  init(of path: String) throws {
    guard let certificate = try? Certificate(leafOf: SafeFile.text(at: path)) else {
      throw AdminFailure("\(path) is not a certificate in PEM")
    }
    guard case .isCertificateAuthority? = try? certificate.extensions.basicConstraints else {
      throw AdminFailure("\(path) is not the certificate of an authority; give ca.pem and not the server's")
    }
    digest = Data(SHA256.hash(data: try certificate.publicKey.serializeAsPEM().derBytes))
  }
}
