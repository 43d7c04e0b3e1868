import Foundation
import StorylineModels

/// Looks at the clock: tokens, embargoes and stamps of records go by it.
struct ClockCheck {
  let now: Timestamp
  /// Of the database; nil if nothing was published.
  let lastCommit: Timestamp?
  /// Whether the kernel says that somebody keeps the clock right; nil if it does not say.
  let isSynchronised: Bool?

  func findings() -> [Finding] {
    if let lastCommit, lastCommit.milliseconds - now.milliseconds > 60_000 {
      return [
        .error(
          "clock", "it is \(now) here, and the last commit is of \(lastCommit)",
          "set the clock (timedatectl set-ntp true); if it was ahead before, wait until it has caught up")
      ]
    }
    guard isSynchronised != false else {
      return [.warning("clock", "nobody keeps it right", "run: timedatectl set-ntp true, or install chrony")]
    }
    return [.ok("clock", "\(now)" + (isSynchronised == true ? ", kept right" : ""))]
  }

  /// By `adjtimex(2)`, which is looked up by name because Swift's view of the C library lacks it. Zeros ask and change
  /// nothing; the answer needs 208 bytes, and 5 (`TIME_ERROR`) says that nobody keeps the clock right.
  static func kernelSaysSynchronised() -> Bool? {
    #if canImport(Glibc)
      typealias Adjust = @convention(c) (UnsafeMutableRawPointer) -> Int32
      guard let symbol = dlsym(nil, "adjtimex") else { return nil }
      let adjust = unsafeBitCast(symbol, to: Adjust.self)
      let code = withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { buffer -> Int32 in
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        return buffer.baseAddress.map { adjust($0) } ?? -1
      }
      return code < 0 ? nil : code != 5
    #else
      return nil
    #endif
  }
}
