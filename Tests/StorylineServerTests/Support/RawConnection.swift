import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// A connection whose peer does only what a test tells it to: no HTTP behind it that would be polite.
struct RawConnection: Sendable {
  let channel: any Channel
  private let received: NIOLockedValueBox<[UInt8]>

  /// Bare TCP; nothing is sent.
  static func tcp(port: Int) async throws -> RawConnection {
    try await connect(port: port) { _ in }
  }

  /// TLS, with the certificate checked; the handshake is done once this returns.
  static func tls(
    port: Int, authority: TestAuthority, protocols: [String] = [],
    configure: @Sendable (inout TLSConfiguration) -> Void = { _ in }
  ) async throws -> RawConnection {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates([authority.root])
    configuration.applicationProtocols = protocols
    configure(&configuration)
    let context = try NIOSSLContext(configuration: configuration)
    let handshake = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
    let connection = try await connect(port: port) { channel in
      let handlers = channel.pipeline.syncOperations
      try handlers.addHandler(try NIOSSLClientHandler(context: context, serverHostname: "localhost"))
      try handlers.addHandler(HandshakeWatcher(done: handshake))
    }
    try await handshake.futureResult.get()
    return connection
  }

  private static func connect(
    port: Int, _ initialize: @escaping @Sendable (any Channel) throws -> Void
  ) async throws -> RawConnection {
    let received = NIOLockedValueBox<[UInt8]>([])
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try initialize(channel)
          try channel.pipeline.syncOperations.addHandler(Collector(received: received))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    return RawConnection(channel: channel, received: received)
  }

  func send(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
  }

  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  /// Sends these bytes again and again for as long as the connection lives.
  func sendRepeatedly(_ bytes: [UInt8], every pause: TimeAmount) {
    let channel = channel
    let task = channel.eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { _ in
      channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }
    channel.closeFuture.whenComplete { _ in task.cancel() }
  }

  /// Everything that has come so far.
  var bytes: [UInt8] { received.withLockedValue { $0 } }

  /// Everything that came until the server closed the connection; waits for that.
  func untilClosed() async throws -> String {
    try await channel.closeFuture.get()
    return String(decoding: received.withLockedValue { $0 }, as: UTF8.self)
  }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let received: NIOLockedValueBox<[UInt8]>

    init(received: NIOLockedValueBox<[UInt8]>) { self.received = received }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let bytes = Array(unwrapInboundIn(data).readableBytesView)
      received.withLockedValue { $0 += bytes }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }

  private final class HandshakeWatcher: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let done: EventLoopPromise<Void>

    init(done: EventLoopPromise<Void>) { self.done = done }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent { done.succeed() }
      context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      done.fail(error)
      context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
      done.fail(ChannelError.eof)
      context.fireChannelInactive()
    }
  }
}
