import Foundation
import StorylineStore

/// How many live connections there are, in total and for each device. Whoever has a place keeps it: nobody is evicted.
final class LiveSlots: @unchecked Sendable {
  enum Fault: Error {
    /// This device has all it may have.
    case tooManyOfDevice
    /// The service has all it can have.
    case full
  }

  /// A place; free again when nobody holds it any more, however a connection ended.
  final class Slot: Sendable {
    private let device: DeviceID
    private let slots: LiveSlots

    fileprivate init(device: DeviceID, slots: LiveSlots) {
      self.device = device
      self.slots = slots
    }

    deinit { slots.release(device) }
  }

  private let perDevice: Int
  private let total: Int
  private let lock = NSLock()
  // `lock` guards these two, which is what makes the class safe to share.
  private var counts: [DeviceID: Int] = [:]
  private var taken = 0

  init(perDevice: Int, total: Int) {
    self.perDevice = perDevice
    self.total = total
  }

  /// How many there are now.
  var count: Int { lock.withLock { taken } }

  func take(for device: DeviceID) throws(Fault) -> Slot {
    let fault = lock.withLock { () -> Fault? in
      if counts[device, default: 0] >= perDevice { return .tooManyOfDevice }
      if taken >= total { return .full }
      counts[device, default: 0] += 1
      taken += 1
      return nil
    }
    if let fault { throw fault }
    return Slot(device: device, slots: self)
  }

  private func release(_ device: DeviceID) {
    lock.withLock {
      taken -= 1
      guard let count = counts[device], count > 1 else {
        counts[device] = nil
        return
      }
      counts[device] = count - 1
    }
  }
}
