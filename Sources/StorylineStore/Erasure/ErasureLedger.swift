import Foundation

/// Where erasures are noted outside the database, so that a restored backup does not bring erased people back.
///
/// A value of closures, so that whoever simulates a restore can keep the ledger apart from the copies.
public struct ErasureLedger: Sendable {
  /// Notes an erasure; when it returns, the note is on the disk.
  let append: @Sendable (Erasure) throws -> Void
  /// All of them, oldest first.
  let erasures: @Sendable () throws -> [Erasure]

  public init(
    append: @escaping @Sendable (Erasure) throws -> Void, erasures: @escaping @Sendable () throws -> [Erasure]
  ) {
    self.append = append
    self.erasures = erasures
  }

  /// A ledger that lives as long as its value or a copy of it.
  public static func inMemory() -> ErasureLedger {
    let list = ErasureList()
    return ErasureLedger(append: { list.append($0) }, erasures: { list.all })
  }

  /// A text file, one erasure a line, readable by its owner only.
  public static func file(at path: String) -> ErasureLedger {
    let file = LedgerFile(path: path)
    return ErasureLedger(append: { try file.append($0) }, erasures: { try file.erasures() })
  }
}

private final class ErasureList: @unchecked Sendable {
  private let lock = NSLock()
  // Read and written under `lock` only; that is why the class may be shared.
  private var erasures: [Erasure] = []

  var all: [Erasure] { lock.withLock { erasures } }

  func append(_ erasure: Erasure) { lock.withLock { erasures.append(erasure) } }
}
