import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// A request's body took too long to arrive.
struct RequestReadTimeout: Error {}

/// Gives each request a fixed time to arrive whole, however slowly its bytes trickle in.
///
/// One sits in each HTTP/1.1 connection and in each HTTP/2 stream. When the time is up, whoever reads the body gets
/// `RequestReadTimeout` and may still answer 408; a little later the connection or stream is closed.
final class ReadDeadline: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart

  /// For the 408 to reach a peer that is still sending.
  private static let linger = TimeAmount.seconds(2)

  private let limit: TimeAmount
  private var timer: Scheduled<Void>?

  init(limit: TimeAmount) { self.limit = limit }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head: start(context)
    case .body: break
    case .end: stop()
    }
    context.fireChannelRead(data)
  }

  func channelInactive(context: ChannelHandlerContext) {
    stop()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { stop() }

  private func start(_ context: ChannelHandlerContext) {
    stop()
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { self.expire(context) }
  }

  private func expire(_ context: ChannelHandlerContext) {
    context.fireErrorCaught(RequestReadTimeout())
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.linger) { context.close(promise: nil) }
  }

  private func stop() {
    timer?.cancel()
    timer = nil
  }
}
