import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import StorylineServer

/// One network does not take the places of all others.
@Suite struct NetworkCountTests {
  /// Stands for HTTP, which has no part in this.
  private struct Bare: ServerChildChannel {
    struct Value: ServerChildChannelValue { let channel: any Channel }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
      channel.eventLoop.makeSucceededFuture(Value(channel: channel))
    }

    func handle(value: Value, logger: Logger) async {}
  }

  private static let hour = TimeAmount.hours(1)

  private static func channel(
    from address: String, _ guarded: GuardedChannel<Bare>
  ) throws -> EmbeddedChannel? {
    let channel = EmbeddedChannel()
    try channel.connect(to: SocketAddress(ipAddress: address, port: 443)).wait()
    do {
      _ = try guarded.setup(channel: channel, logger: CapturedLog().logger).wait()
      return channel
    } catch is NetworkIsFull {
      _ = try channel.finish()
      return nil
    }
  }

  @Test(arguments: [
    (["192.0.2.1", "192.0.2.1", "192.0.2.77"], "198.51.100.1"),
    (["2001:db8:1::1", "2001:db8:1:2::3", "2001:db8:1:ffff::4"], "2001:db8:2::1"),
    (["::ffff:192.0.2.1", "192.0.2.2", "192.0.2.3"], "203.0.113.9"),
  ])
  func `who comes third of a network with two places is refused, until one is free`(
    same: [String], other: String
  ) throws {
    let guarded = GuardedChannel(
      base: Bare(),
      deadlines: ConnectionDeadlines(firstByte: Self.hour, idle: Self.hour, maximumAge: Self.hour, drain: Self.hour),
      networks: NetworkCount(maximum: 2))
    let first = try #require(try Self.channel(from: same[0], guarded))
    let second = try Self.channel(from: same[1], guarded)
    #expect(second != nil)
    #expect(try Self.channel(from: same[2], guarded) == nil)
    #expect(try Self.channel(from: other, guarded) != nil)
    _ = try first.finish()
    #expect(try Self.channel(from: same[2], guarded) != nil)
    #expect(try Self.channel(from: same[0], guarded) == nil)
  }

  @Test func `a proxy on this machine stands for everybody`() throws {
    let guarded = GuardedChannel(
      base: Bare(),
      deadlines: ConnectionDeadlines(firstByte: Self.hour, idle: Self.hour, maximumAge: Self.hour, drain: Self.hour),
      networks: NetworkCount(maximum: 1))
    for address in ["127.0.0.1", "127.0.0.1", "::1", "::1"] {
      #expect(try Self.channel(from: address, guarded) != nil, "\(address)")
    }
  }
}
