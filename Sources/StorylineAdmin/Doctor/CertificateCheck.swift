import Foundation
import StorylineModels
import SwiftASN1
import X509

/// Looks at the certificate that the service shows, and at its key.
struct CertificateCheck {
  let certificate: String
  let key: String
  let now: Timestamp
  static let warningDays = 21

  func findings() -> [Finding] { [validity(), secrecy(), match()].compactMap(\.self) }

  private func validity() -> Finding {
    guard let text = try? SafeFile.text(at: certificate), let leaf = try? Certificate(leafOf: text) else {
      return .error(
        "certificate", "\(certificate) cannot be read, or is no certificate in PEM", "check its path and owner")
    }
    let (start, end) = (Timestamp(leaf.notValidBefore), Timestamp(leaf.notValidAfter))
    let renewal = "renew it: storyline-admin certificate --directory DIR, or as its authority says; then restart"
    if end <= now { return .error("certificate", "\(certificate) ended on \(end)", renewal) }
    if start > now { return .error("certificate", "\(certificate) is good only from \(start)", "check the clock") }
    let days = Int((end.milliseconds - now.milliseconds) / 86_400_000)
    if days < Self.warningDays {
      return .warning("certificate", "\(certificate) ends in \(days) days, on \(end)", renewal)
    }
    return .ok("certificate", "\(certificate) is good until \(end)")
  }

  private func secrecy() -> Finding? {
    var facts = stat()
    guard stat(key, &facts) == 0 else {
      return .error("key", "\(key): \(String(cString: strerror(errno)))", "check its path and owner")
    }
    guard facts.st_mode & 0o007 == 0 else {
      return .error("key", "\(key) can be read by others", "run: chmod 600 \(key)")
    }
    return nil
  }

  private func match() -> Finding? {
    guard let text = try? SafeFile.text(at: certificate), let leaf = try? Certificate(leafOf: text),
      let secret = try? SafeFile.text(at: key)
    else { return nil }
    guard let key = try? Certificate.PrivateKey(pemEncoded: secret) else {
      return .error("key", "\(self.key) is no key in PEM that is understood", "give an unencrypted key, EC or RSA")
    }
    guard key.publicKey == leaf.publicKey else {
      return .error("key", "\(self.key) is not the key of \(certificate)", "give the pair that belongs together")
    }
    return .ok("key", "\(self.key) belongs to the certificate")
  }
}
