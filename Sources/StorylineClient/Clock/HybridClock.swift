public import StorylineModels

/// The hybrid logical clock that stamps one replica's writes (protocol, 2.8; Kulkarni and others 2014).
///
/// A value: the replica loads it, uses it and stores it within one transaction, so a crash never repeats a stamp.
public struct HybridClock: Hashable, Sendable {
  /// A stamp without its node.
  public struct Reading: Hashable, Sendable, Comparable {
    /// Milliseconds since 1970.
    public var physical: UInt64
    public var counter: UInt16

    public static let zero = Reading(physical: 0, counter: 0)

    public init(physical: UInt64, counter: UInt16) {
      self.physical = physical
      self.counter = counter
    }

    public init(_ stamp: Stamp) { self.init(physical: stamp.physical, counter: stamp.counter) }

    /// The next one within the same millisecond, or in the following one if that has no more.
    var next: Reading {
      counter == .max ? Reading(physical: physical + 1, counter: 0) : Reading(physical: physical, counter: counter + 1)
    }

    public static func < (left: Self, right: Self) -> Bool {
      (left.physical, left.counter) < (right.physical, right.counter)
    }
  }

  /// Which replica stamps; two with one node still converge (see `Rank`).
  public let node: UInt64
  /// The highest reading given out or received.
  public var last: Reading
  /// The highest reading that the server is known to hold.
  public var serverMax: Reading
  /// Milliseconds to add to the wall clock to get the server's time.
  public var offset: Int64

  public init(node: UInt64, last: Reading = .zero, serverMax: Reading = .zero, offset: Int64 = 0) {
    self.node = node
    self.last = last
    self.serverMax = serverMax
    self.offset = offset
  }

  /// The wall clock as the server would read it.
  public func adjusted(_ wall: Timestamp) -> Timestamp { wall.advanced(byMilliseconds: offset) }

  /// The stamp of a new local write, above every stamp given out or received, and above `floor`.
  public mutating func tick(wall: Timestamp, above floor: Stamp? = nil) -> Stamp {
    if let floor { last = max(last, Reading(floor)) }
    last = max(last.next, Reading(physical: physical(wall), counter: 0))
    return Stamp(physical: last.physical, counter: last.counter, node: node)
  }

  /// Takes note of a stamp that the server holds.
  public mutating func merge(_ stamp: Stamp) {
    last = max(last, Reading(stamp))
    serverMax = max(serverMax, Reading(stamp))
  }

  /// Learns how far the wall clock is off from an exchange that was quick enough to tell.
  public mutating func learn(serverTime: Timestamp, sentAt: Timestamp, receivedAt: Timestamp) {
    let roundTrip = receivedAt.milliseconds - sentAt.milliseconds
    guard (0..<10_000).contains(roundTrip) else { return }
    setOffset(serverTime.milliseconds - (sentAt.milliseconds + roundTrip / 2))
  }

  /// Prepares for stamping all pending writes anew, because the server called one of them too far ahead.
  ///
  /// From here on stamps start above what the server holds and above its present time, whatever `last` was.
  public mutating func startOver(serverTime: Timestamp, wall: Timestamp) {
    setOffset(serverTime.milliseconds - wall.milliseconds)
    last = max(serverMax, Reading(physical: physical(wall), counter: 0))
  }

  private mutating func setOffset(_ milliseconds: Int64) {
    // Small differences are the network's and not the clock's.
    offset = abs(milliseconds) > 2_000 ? milliseconds : 0
  }

  private func physical(_ wall: Timestamp) -> UInt64 {
    min(UInt64(max(0, adjusted(wall).milliseconds)), Stamp.maximumPhysical)
  }
}
