import Foundation

/// What may go wrong in a history.
public struct Troubles: OptionSet, Sendable, CustomStringConvertible {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Requests and replies are lost, doubled, cut, forged by portals; old requests come again.
  public static let network = Troubles(rawValue: 1 << 0)
  /// Clocks of devices are wrong and jump, that of the server too.
  public static let clocks = Troubles(rawValue: 1 << 1)
  /// Devices are copied, and both go on.
  public static let clones = Troubles(rawValue: 1 << 2)
  /// Devices are put back to older copies.
  public static let deviceRestores = Troubles(rawValue: 1 << 3)
  /// The server is put back to an older copy, and told.
  public static let toldRestores = Troubles(rawValue: 1 << 4)
  /// The same without a word.
  public static let silentRestores = Troubles(rawValue: 1 << 5)
  /// Readers erase their libraries.
  public static let erasure = Troubles(rawValue: 1 << 6)
  /// A cache in front of the content keeps what its headers let it keep.
  public static let cache = Troubles(rawValue: 1 << 7)
  /// Old tombstones are collected, and months pass.
  public static let collection = Troubles(rawValue: 1 << 8)
  /// Commits fail for want of space, on either side.
  public static let disk = Troubles(rawValue: 1 << 9)
  /// Apps are killed in the middle of work.
  public static let kills = Troubles(rawValue: 1 << 10)
  /// The server keeps its database in a file, and is restarted on it.
  public static let file = Troubles(rawValue: 1 << 11)

  /// Two programs sync one replica: the app, and what the system runs in the background.
  public static let programs = Troubles(rawValue: 1 << 12)

  public static let names: [(Troubles, String)] = [
    (.network, "network"), (.clocks, "clocks"), (.clones, "clones"), (.deviceRestores, "device-restores"),
    (.toldRestores, "told-restores"), (.silentRestores, "silent-restores"), (.erasure, "erasure"),
    (.cache, "cache"), (.collection, "collection"), (.disk, "disk"), (.kills, "kills"), (.file, "file"),
    (.programs, "programs"),
  ]

  public var description: String {
    let names = Self.names.filter { contains($0.0) }.map(\.1)
    return names.isEmpty ? "none" : names.joined(separator: " ")
  }

  /// Seed after seed goes through these: most troubles alone, then together.
  private static let mixes: [Troubles] = [
    [.network],
    [.network, .deviceRestores],
    [.network, .clones],
    [.network, .clones, .deviceRestores, .clocks],
    [.network, .toldRestores],
    [.network, .silentRestores, .toldRestores],
    [.network, .clocks],
    [.network, .cache, .collection],
    [.cache, .collection, .silentRestores, .toldRestores],
    [.network, .disk, .kills],
    [.network, .erasure, .toldRestores],
    [.network, .clones, .deviceRestores, .toldRestores, .silentRestores, .clocks],
    [.network, .cache, .collection, .clones, .deviceRestores, .kills, .disk],
    [
      .network, .clocks, .clones, .deviceRestores, .toldRestores, .silentRestores, .cache, .collection, .disk, .kills,
    ],
    [.network, .erasure, .clones, .toldRestores, .silentRestores, .kills],
    [.network, .file, .disk, .toldRestores, .kills],
    [.network, .programs],
    [.network, .programs, .clones, .deviceRestores, .toldRestores, .silentRestores, .cache, .collection, .kills],
  ]

  public static func of(seed: UInt64) -> Troubles { mixes[Int(seed % UInt64(mixes.count))] }
}

/// Dice that may be thrown from any thread.
final class SharedDice: @unchecked Sendable {
  private let lock = NSLock()
  // Guarded by `lock`.
  private var dice: Dice

  init(seed: UInt64) { dice = Dice(seed: seed) }

  func next() -> UInt64 { lock.withLock { dice.next() } }

  func number(_ range: ClosedRange<Int>) -> Int { lock.withLock { dice.number(range) } }
}

/// A generator that gives the same numbers for the same seed on every machine (SplitMix64; Steele and others 2014).
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }

  mutating func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &self) }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}
