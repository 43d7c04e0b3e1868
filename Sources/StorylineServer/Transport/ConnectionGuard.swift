import NIOCore
import NIOSSL

/// How long a connection may do what (security rules T4 and T5).
struct ConnectionDeadlines: Hashable, Sendable {
  /// From the TCP connect to the first decrypted byte; a connection that never finishes its handshake ends here.
  var firstByte: TimeAmount
  /// Without a byte in either direction.
  var idle: TimeAmount
  /// Until it is asked to end (GOAWAY, or closing after the present answer).
  var maximumAge: TimeAmount
  /// From being asked to end until it is cut.
  var drain: TimeAmount
}

/// Ends connections that the HTTP layers would hold for ever.
///
/// Those layers wait for the peer: for its handshake, its PING acknowledgement, the end of its request. A peer that
/// never sends them holds a place for ever, and a shutdown with it. This handler sits below HTTP and above TLS, sees
/// every byte in both directions, and trusts only the clock.
final class ConnectionGuard: ChannelDuplexHandler {
  typealias InboundIn = NIOAny
  typealias InboundOut = NIOAny
  typealias OutboundIn = NIOAny
  typealias OutboundOut = NIOAny

  private let deadlines: ConnectionDeadlines
  private var lastByte = NIODeadline.now()
  private var firstByteTimer: Scheduled<Void>?
  private var idleTimer: Scheduled<Void>?
  private var ageTimer: Scheduled<Void>?
  private var drainTimer: Scheduled<Void>?
  private var notices: [ObjectIdentifier: EndNotice] = [:]

  init(deadlines: ConnectionDeadlines) { self.deadlines = deadlines }

  func handlerAdded(context: ChannelHandlerContext) {
    let loop = context.eventLoop.assumeIsolated()
    firstByteTimer = loop.scheduleTask(in: deadlines.firstByte) { self.cut(context) }
    ageTimer = loop.scheduleTask(in: deadlines.maximumAge) {
      context.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
    watchIdle(context)
  }

  func handlerRemoved(context: ChannelHandlerContext) { stop() }

  func channelInactive(context: ChannelHandlerContext) {
    stop()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    firstByteTimer?.cancel()
    firstByteTimer = nil
    lastByte = .now()
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    lastByte = .now()
    context.write(data, promise: promise)
  }

  /// What was written goes out first: the HTTP/2 layer closes as soon as its last stream has ended, and the end of that
  /// stream may still wait to be flushed.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    context.flush()
    context.close(mode: mode, promise: promise)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent, drainTimer == nil {
      drainTimer = context.eventLoop.assumeIsolated().scheduleTask(in: deadlines.drain) { self.cut(context) }
      for notice in notices.values { notice.call() }
    }
    context.fireUserInboundEventTriggered(event)
  }

  /// Calls `notice` when the connection is asked to end, at once if it was already. On the event loop only.
  func add(_ notice: EndNotice) {
    notices[ObjectIdentifier(notice.id)] = notice
    if drainTimer != nil { notice.call() }
  }

  func remove(_ id: EndNotice.ID) { notices[ObjectIdentifier(id)] = nil }

  private func watchIdle(_ context: ChannelHandlerContext) {
    idleTimer = context.eventLoop.assumeIsolated().scheduleTask(deadline: lastByte + deadlines.idle) {
      if NIODeadline.now() >= self.lastByte + self.deadlines.idle {
        self.cut(context)
      } else {
        self.watchIdle(context)
      }
    }
  }

  /// Closes the socket below TLS: a TLS shutdown would wait another five seconds for a peer that does not answer.
  private func cut(_ context: ChannelHandlerContext) {
    stop()
    let pipeline = context.channel.pipeline.syncOperations
    if let tls = try? pipeline.context(handlerType: NIOSSLServerHandler.self) {
      tls.close(mode: .all, promise: nil)
    } else {
      context.close(mode: .all, promise: nil)
    }
  }

  private func stop() {
    for timer in [firstByteTimer, idleTimer, ageTimer, drainTimer] { timer?.cancel() }
    (firstByteTimer, idleTimer, ageTimer) = (nil, nil, nil)
  }
}
