import NIOCore

/// Notices that a connection is asked to end, or has ended, while a request on it is still being answered.
struct EndWatch: Sendable {
  private let channel: (any Channel)?
  private let id = EndNotice.ID()

  /// - Parameter channel: The connection, or its one stream; nil if there is none, and nothing to notice.
  init(of channel: (any Channel)?, _ notice: @escaping @Sendable (LiveMailbox.Signals) -> Void) {
    self.channel = channel
    guard let channel else { return }
    channel.closeFuture.whenComplete { _ in notice(.gone) }
    let id = id
    channel.eventLoop.execute {
      Self.guardian(of: channel)?.add(EndNotice(id: id) { notice(.quit) })
    }
  }

  func stop() {
    guard let channel else { return }
    let id = id
    channel.eventLoop.execute { Self.guardian(of: channel)?.remove(id) }
  }

  /// The guard of the connection: in its own pipeline, or below the streams of HTTP/2. None where there is no network.
  private static func guardian(of channel: any Channel) -> ConnectionGuard? {
    if let found = try? channel.pipeline.syncOperations.handler(type: ConnectionGuard.self) { return found }
    guard let parent = channel.parent, parent.eventLoop.inEventLoop else { return nil }
    return try? parent.pipeline.syncOperations.handler(type: ConnectionGuard.self)
  }
}

/// Somebody who wants to know that a connection is asked to end.
struct EndNotice: Sendable {
  final class ID: Sendable {}
  let id: ID
  let call: @Sendable () -> Void

  init(id: ID, call: @escaping @Sendable () -> Void) {
    self.id = id
    self.call = call
  }
}
