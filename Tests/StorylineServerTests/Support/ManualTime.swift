import NIOConcurrencyHelpers
import StorylineModels

/// A clock that stands still until it is told to go on.
final class ManualTime: Sendable {
  private let box = NIOLockedValueBox(Timestamp(milliseconds: 1_780_000_000_000))

  var now: Timestamp { box.withLockedValue { $0 } }

  func set(_ moment: Timestamp) { box.withLockedValue { $0 = moment } }

  func advance(seconds: Int64) {
    box.withLockedValue { $0 = $0.advanced(byMilliseconds: seconds * 1000) }
  }
}
