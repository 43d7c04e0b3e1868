import Foundation

/// Tells those who listen in this process that a stream moved, after the commit and never before.
///
/// What is told is a hint without content: who hears it asks the store where the streams stand. So nothing is queued
/// for a slow listener, and a hint that came twice is harmless.
public final class ChangeBroadcaster: @unchecked Sendable {
  /// What happened.
  public enum Event: Hashable, Sendable {
    case contentMoved
    /// The library of the reader for whom one listens.
    case libraryMoved
    /// The device for which one listens may not go on: it was revoked, or its account erased.
    case accessEnded
  }

  /// Ends when nobody holds it any more.
  public final class Subscription: Sendable {
    private let id: UInt64
    private let reader: ReaderID
    private let broadcaster: ChangeBroadcaster

    fileprivate init(id: UInt64, reader: ReaderID, broadcaster: ChangeBroadcaster) {
      self.id = id
      self.reader = reader
      self.broadcaster = broadcaster
    }

    deinit { broadcaster.remove(id, of: reader) }
  }

  private struct Listener: Sendable {
    let device: DeviceID
    let receive: @Sendable (Event) -> Void
  }

  private let lock = NSLock()
  // `lock` guards these three, which is what makes the class safe to share.
  private var listeners: [ReaderID: [UInt64: Listener]] = [:]
  private var lastID: UInt64 = 0
  private var isFanOutDue = false

  init() {}

  /// Calls `receive` for as long as the subscription is held, for what concerns this device.
  ///
  /// - Parameter receive: Has to return at once: commits wait for it.
  public func subscribe(
    reader: ReaderID, device: DeviceID, receive: @escaping @Sendable (Event) -> Void
  ) -> Subscription {
    lock.withLock {
      lastID += 1
      listeners[reader, default: [:]][lastID] = Listener(device: device, receive: receive)
      return Subscription(id: lastID, reader: reader, broadcaster: self)
    }
  }

  private func remove(_ id: UInt64, of reader: ReaderID) {
    lock.withLock {
      listeners[reader]?[id] = nil
      if listeners[reader]?.isEmpty == true { listeners[reader] = nil }
    }
  }

  /// Constant work for the caller, however many listen: they are called by a task of their own, once for all commits
  /// that come before it runs.
  func contentMoved() {
    let isFirst = lock.withLock {
      defer { isFanOutDue = true }
      return !isFanOutDue
    }
    guard isFirst else { return }
    Task { self.fanOut() }
  }

  private func fanOut() {
    let everybody = lock.withLock {
      // Taken back before the listeners are called: a commit that comes meanwhile gets a round of its own.
      isFanOutDue = false
      return listeners.values.flatMap(\.values)
    }
    for listener in everybody { listener.receive(.contentMoved) }
  }

  /// Every stream may have another head, and no device may have the access it had: each connection begins anew.
  func everythingMoved() {
    let everybody = lock.withLock { listeners.values.flatMap(\.values) }
    for listener in everybody { listener.receive(.accessEnded) }
  }

  /// A reader has few devices, so these are called at once.
  func libraryMoved(of reader: ReaderID) {
    for listener in listeners(of: reader) { listener.receive(.libraryMoved) }
  }

  /// - Parameter device: nil for all devices of the reader.
  func accessEnded(of reader: ReaderID, device: DeviceID?) {
    for listener in listeners(of: reader) where device == nil || listener.device == device {
      listener.receive(.accessEnded)
    }
  }

  /// The same for all devices of the reader but one.
  func accessEnded(of reader: ReaderID, but device: DeviceID) {
    for listener in listeners(of: reader) where listener.device != device { listener.receive(.accessEnded) }
  }

  private func listeners(of reader: ReaderID) -> [Listener] {
    lock.withLock { listeners[reader].map { Array($0.values) } ?? [] }
  }
}
