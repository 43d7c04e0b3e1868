import Crypto
import Foundation

/// Tokens and invites: how they are made, how they look, and the keyed digests that the store keeps of them.
struct Secrets: Sendable {
  private static let tokenPrefix = "sla_"
  private static let invitePrefix = "sli"
  /// 24 digits of 5 bits.
  private static let inviteDigits = 24

  let pepper: Pepper

  func digest(_ text: String) -> Data {
    Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: pepper.bytes)))
  }

  /// By which the erasure ledger knows an account.
  func accountDigest(_ reader: ReaderID) -> Data { digest("erased-account\0" + reader.description) }

  /// The token that this invite gives to this request, the same each time: after a lost answer the device asks again.
  func token(invite: String, requestID: UUID) -> String {
    let text = "invite-token\0" + invite + "\0" + Self.text(of: requestID)
    let start = Self.tokenPrefix + digest(text).base64URL
    return start + Self.checksum(of: start)
  }

  /// Whether `text` has a token's form and check sum, so that junk costs no look into the database.
  static func isTokenShaped(_ text: String) -> Bool {
    guard text.utf8.count == 4 + 43 + 6, text.hasPrefix(tokenPrefix) else { return false }
    return text.hasSuffix(checksum(of: String(text.dropLast(6))))
  }

  static func newInvite() -> String {
    var generator = SystemRandomNumberGenerator()
    let digits = (0..<inviteDigits).map { _ in Crockford.digits[Int.random(in: 0..<32, using: &generator)] }
    return inviteText(digits)
  }

  /// The invite as it was made, whatever case and separators a person typed; nil if it cannot be one.
  static func normalizedInvite(_ text: String) -> String? {
    let bytes = text.lowercased().utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
    guard bytes.count == invitePrefix.utf8.count + inviteDigits, bytes.starts(with: invitePrefix.utf8) else {
      return nil
    }
    let digits = bytes.dropFirst(invitePrefix.utf8.count).compactMap(Crockford.value(of:))
    guard digits.count == inviteDigits else { return nil }
    return inviteText(digits.map { Crockford.digits[Int($0)] })
  }

  private static func inviteText(_ digits: [UInt8]) -> String {
    stride(from: 0, to: digits.count, by: 4).reduce(invitePrefix) { text, start in
      text + "-" + String(decoding: digits[start..<(start + 4)], as: UTF8.self)
    }
  }

  private static func checksum(of text: String) -> String {
    var data = Data()
    data.append(bigEndian: Data(text.utf8).crc32)
    return data.base64URL
  }

  private static func text(of requestID: UUID) -> String { requestID.uuidString.lowercased() }
}
