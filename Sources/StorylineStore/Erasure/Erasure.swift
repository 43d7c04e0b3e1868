public import Foundation
public import StorylineModels

/// One erasure that a reader asked for, as the ledger keeps it: who it was cannot be read from it.
public struct Erasure: Hashable, Sendable {
  /// Keyed digest of the account's id, 32 bytes.
  public var account: Data
  public var extent: Extent

  public enum Extent: Hashable, Sendable {
    /// All records up to the stamp; `generation` is the one that the library has since.
    case library(purgedBefore: Stamp, generation: Int64)
    case account(erasedAt: Timestamp)
  }

  public init(account: Data, extent: Extent) {
    self.account = account
    self.extent = extent
  }
}

extension Erasure {
  /// `library DIGEST STAMP GENERATION` or `account DIGEST MILLISECONDS`
  var line: String {
    let digest = account.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    switch extent {
    case .library(let purgedBefore, let generation): return "library \(digest) \(purgedBefore) \(generation)\n"
    case .account(let erasedAt): return "account \(digest) \(erasedAt.milliseconds)\n"
    }
  }

  /// nil if `line` is none of ours.
  init?(line: Substring) {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count > 2, let account = Data(digest: words[1]) else { return nil }
    switch (words[0], words.count) {
    case ("library", 4):
      guard let stamp = Stamp(String(words[2])), let generation = Int64(words[3]), generation > 0 else { return nil }
      self.init(account: account, extent: .library(purgedBefore: stamp, generation: generation))
    case ("account", 3):
      guard let time = Int64(words[2]) else { return nil }
      self.init(account: account, extent: .account(erasedAt: Timestamp(milliseconds: time)))
    default: return nil
    }
  }
}

extension Data {
  /// nil unless `text` is 64 hexadecimal digits.
  fileprivate init?(digest text: Substring) {
    let digits = text.utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
    guard digits.count == 64, text.utf8.count == 64 else { return nil }
    self.init(stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
  }
}
