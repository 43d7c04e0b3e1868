import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import StorylineModels

/// Answers what is not HTTP with a problem document, and closes; without it the answer would have no body.
final class MalformedRequestResponder: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private var unanswered = 0
  private var isClosing = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isClosing { return }
    if case .head = unwrapInboundIn(data) { unanswered += 1 }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) { unanswered -= 1 }
    context.write(data, promise: promise)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // While an answer is on its way, another one in front of it would be taken for it.
    guard let error = error as? HTTPParserError, unanswered == 0, !isClosing else {
      context.fireErrorCaught(error)
      return
    }
    isClosing = true
    let (head, body) = Refusal.malformed(error).closing(requestID: RequestIdentifier.random())
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(body)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
      context.close(promise: nil)
    }
  }
}
