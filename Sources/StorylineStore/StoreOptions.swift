import Foundation
public import StorylineModels

/// What a store is given from outside.
public struct StoreOptions: Sendable {
  /// Keys the digests of tokens, invites and device codes.
  public var pepper: Pepper
  public var limits: ServiceLimits
  /// For how long tokens are good.
  public var lives = TokenLives()
  /// The server's clock.
  public var now: @Sendable () -> Timestamp
  /// Rules to break; for the simulator alone.
  package var mutants: Set<StoreMutant> = []
  /// The chance in ids, tags and order keys: the system's generator; the simulator's gives the same every time. Tokens,
  /// invites and codes never come from it.
  package var random: @Sendable () -> UInt64 = { .random(in: .min ... .max) }

  /// Where erasures are noted outside the database; nil puts a file beside a database file, and keeps those of a store
  /// in memory with it.
  public var erasures: ErasureLedger?
  /// Takes what an operator should know of.
  public var report: @Sendable (StoreEvent) -> Void = { _ in }

  public init(
    pepper: Pepper, limits: ServiceLimits = .init(), now: @escaping @Sendable () -> Timestamp = Timestamp.wallClock
  ) {
    self.pepper = pepper
    self.limits = limits
    self.now = now
  }
}

extension StoreOptions {
  /// 16 bytes that nothing else has.
  func newID() -> Data {
    var bytes = Data()
    for _ in 0..<2 { bytes.append(bigEndian: random()) }
    return bytes
  }

  /// Tells one history of a stream from another that reached the same seq; 0 stands for “not known”.
  func newTag() -> UInt32 { UInt32(truncatingIfNeeded: random() % UInt64(UInt32.max)) + 1 }

  func newReader() -> CreateReader { CreateReader(reader: ReaderID(bytes: newID()), salt: newID(), now: now()) }
}
