import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// A network has as many connections as one may have; this one is closed.
struct NetworkIsFull: Error {}

/// Any of Hummingbird's connection set-ups with a `ConnectionGuard` in it.
struct GuardedChannel<Base: ServerChildChannel>: ServerChildChannel {
  let base: Base
  let deadlines: ConnectionDeadlines
  let networks: NetworkCount

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
    if let network = Network(channel.remoteAddress) {
      guard networks.begin(network) else { return channel.eventLoop.makeFailedFuture(NetworkIsFull()) }
      channel.closeFuture.whenComplete { [networks] _ in networks.end(network) }
    }
    let value = base.setup(channel: channel, logger: logger)
    do {
      try addGuard(to: channel.pipeline.syncOperations)
    } catch {
      return channel.eventLoop.makeFailedFuture(error)
    }
    return value
  }

  func handle(value: Base.Value, logger: Logger) async {
    await base.handle(value: value, logger: logger)
  }

  /// Right above TLS, or at the bottom of a connection without TLS: where all bytes pass, and before HTTP sees them.
  private func addGuard(to pipeline: ChannelPipeline.SynchronousOperations) throws {
    let connectionGuard = ConnectionGuard(deadlines: deadlines)
    if let tls = try? pipeline.handler(type: NIOSSLServerHandler.self) {
      try pipeline.addHandler(connectionGuard, position: .after(tls))
    } else {
      try pipeline.addHandler(connectionGuard, position: .first)
    }
  }
}
