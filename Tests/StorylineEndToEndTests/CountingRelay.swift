import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// Stands between a client and a server on this machine, passes on what they say, and counts it: every byte that moves,
/// TLS and headers included.
final class CountingRelay: Sendable {
  private let listener: any Channel
  private let total: NIOLockedValueBox<Int>

  /// - Parameter target: the server's port.
  init(to target: Int) async throws {
    let total = NIOLockedValueBox(0)
    self.total = total
    let count: @Sendable (Int) -> Void = { bytes in total.withLockedValue { $0 += bytes } }
    listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      // Nothing is read before there is somebody to pass it to.
      .childChannelOption(ChannelOptions.autoRead, value: false)
      .childChannelInitializer { client in
        ClientBootstrap(group: client.eventLoop)
          .channelInitializer { server in Self.forward(from: server, to: client, count) }
          .connect(host: "127.0.0.1", port: target)
          .flatMap { server in
            Self.forward(from: client, to: server, count).flatMap {
              client.setOption(ChannelOptions.autoRead, value: true)
            }
          }
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }

  var port: Int { listener.localAddress?.port ?? 0 }

  /// Bytes in both directions since the last call.
  func takeCount() -> Int {
    total.withLockedValue { count in
      defer { count = 0 }
      return count
    }
  }

  func close() async throws { try await listener.close() }

  private static func forward(
    from source: any Channel, to target: any Channel, _ count: @escaping @Sendable (Int) -> Void
  ) -> EventLoopFuture<Void> {
    source.eventLoop.makeCompletedFuture {
      try source.pipeline.syncOperations.addHandler(Forwarder(target: target, count: count))
    }
  }

  private final class Forwarder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let target: any Channel
    private let count: @Sendable (Int) -> Void

    init(target: any Channel, count: @escaping @Sendable (Int) -> Void) {
      self.target = target
      self.count = count
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let buffer = unwrapInboundIn(data)
      count(buffer.readableBytes)
      target.writeAndFlush(buffer, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { target.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
