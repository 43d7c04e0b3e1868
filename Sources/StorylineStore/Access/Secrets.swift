import Crypto
import Foundation
import StorylineModels

/// Tokens and invites: how they are made, how they look, and the keyed digests that the store keeps of them.
struct Secrets: Sendable {
  private static let tokenPrefix = "sla_"
  private static let refreshPrefix = "slr_"
  private static let tokenBytes = 32
  /// Of a refresh token's bytes, those that stay the same while one token follows another.
  private static let familyBytes = 12
  private static let deviceCodePrefix = "slc_"
  private static let invitePrefix = "sli"
  /// 24 digits of 5 bits.
  private static let inviteDigits = 24

  let pepper: Pepper

  func digest(_ text: String) -> Data {
    Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: pepper.bytes)))
  }

  /// By which the erasure ledger knows an account.
  func accountDigest(_ reader: ReaderID) -> Data { digest("erased-account\0" + reader.description) }

  /// The first tokens of a device. They are derived and not drawn, the same each time: after a lost answer the device
  /// asks again, is known by them, and nothing is used up.
  struct FirstTokens: Sendable {
    let access: String
    let refresh: RefreshToken
  }

  /// What this invite gives to this request.
  func firstTokens(invite: String, requestID: UUID) -> FirstTokens {
    firstTokens(of: "invite\0" + invite + "\0" + requestID.uuidString.lowercased())
  }

  func firstTokens(deviceCode: String) -> FirstTokens { firstTokens(of: "device\0" + deviceCode) }

  private func firstTokens(of source: String) -> FirstTokens {
    FirstTokens(
      access: Self.text(Self.tokenPrefix, digest("first-access\0" + source)),
      refresh: RefreshToken(bytes: digest("first-refresh\0" + source)))
  }

  static func newAccessToken() -> String { text(tokenPrefix, .random(count: tokenBytes)) }

  static func newRefreshToken() -> RefreshToken { RefreshToken(bytes: .random(count: tokenBytes)) }

  /// Whether `text` has an access token's form and check sum, so that junk costs no look into the database.
  static func isTokenShaped(_ text: String) -> Bool { bytes(of: text, prefix: tokenPrefix) != nil }

  /// A refresh token. Its first bytes name the device's whole row of tokens, and the others are new in each: so the
  /// return of a token that was spent long ago is noticed without keeping a list of all that were.
  struct RefreshToken: Hashable, Sendable {
    fileprivate let bytes: Data

    fileprivate init(bytes: Data) { self.bytes = bytes }

    /// nil unless the text has the form and the check sum of one.
    init?(_ text: String) {
      guard let bytes = Secrets.bytes(of: text, prefix: refreshPrefix) else { return nil }
      self.bytes = bytes
    }

    var text: String { Secrets.text(refreshPrefix, bytes) }

    /// A new one of the same row.
    func next() -> RefreshToken {
      RefreshToken(bytes: bytes.prefix(familyBytes) + .random(count: tokenBytes - familyBytes))
    }
  }

  func family(of token: RefreshToken) -> Data {
    digest("refresh-family\0" + token.bytes.prefix(Self.familyBytes).base64URL)
  }

  func digest(_ token: RefreshToken) -> Data { digest(token.text) }

  /// The successor of a token, readable only by who presents that token again.
  func seal(_ successor: RefreshToken, under token: RefreshToken) throws -> Data {
    let sealed = try AES.GCM.seal(successor.bytes, using: successorKey(token))
    guard let data = sealed.combined else { throw StoreError.unexpected("a token could not be sealed") }
    return data
  }

  func unseal(_ sealed: Data, with token: RefreshToken) throws -> RefreshToken {
    RefreshToken(bytes: try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: successorKey(token)))
  }

  private func successorKey(_ token: RefreshToken) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: token.bytes), info: Data("successor".utf8), outputByteCount: 32)
  }

  private static func text(_ prefix: String, _ bytes: Data) -> String {
    let start = prefix + bytes.base64URL
    return start + checksum(of: start)
  }

  private static func bytes(of text: String, prefix: String) -> Data? {
    guard text.utf8.count == 4 + 43 + 6, text.hasPrefix(prefix),
      text.hasSuffix(checksum(of: String(text.dropLast(6))))
    else { return nil }
    return Data(base64URL: String(text.dropFirst(4).dropLast(6)))
  }

  static func newDeviceCode() -> String { text(deviceCodePrefix, .random(count: tokenBytes)) }

  static func isDeviceCodeShaped(_ text: String) -> Bool { bytes(of: text, prefix: deviceCodePrefix) != nil }

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
}
