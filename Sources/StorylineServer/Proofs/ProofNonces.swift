import Crypto
import Foundation
import StorylineModels

/// Nonces that proofs have to contain: each says when it was made, and that we made it. None is kept.
///
/// The key lives in memory, so a restart ends them all; whoever comes with an old one is given a new one.
struct ProofNonces: Sendable {
  static let life: Int64 = 300_000
  private static let macBytes = 16

  private let key = SymmetricKey(size: .bits256)
  private let now: @Sendable () -> Timestamp

  init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

  func fresh() -> String {
    let time = Swift.withUnsafeBytes(of: now().milliseconds.bigEndian) { Data($0) }
    return (time + mac(time)).base64URL
  }

  /// When the nonce ends; nil if it is none of ours or has ended.
  func end(of nonce: String?) -> Timestamp? {
    guard let nonce, let data = Data(base64URL: nonce), data.count == 8 + Self.macBytes else { return nil }
    let time = data.prefix(8)
    guard constantTimeEqual(mac(Data(time)), Data(data.dropFirst(8))) else { return nil }
    let made = Timestamp(milliseconds: time.reduce(0) { $0 << 8 | Int64($1) })
    let end = made.advanced(byMilliseconds: Self.life)
    // One of the future was made before our clock was set back; a new one costs little.
    return made <= now() && now() < end ? end : nil
  }

  private func mac(_ time: Data) -> Data {
    Data(HMAC<SHA256>.authenticationCode(for: time, using: key).prefix(Self.macBytes))
  }

  private func constantTimeEqual(_ left: Data, _ right: Data) -> Bool {
    left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
