import Foundation

/// When a live connection says what (protocol, 2.10).
struct LiveTimes: Sendable {
  /// Between two pings.
  var ping = Duration.seconds(25)
  /// Of a connection, give or take a fifth, so that those that began together do not end together.
  var life = Duration.seconds(900)
  /// Over which a content poke is spread, by the server and once more by the client.
  var spread = Duration.seconds(4)
  /// Least time between two states of one connection.
  var pause = Duration.seconds(1)
  /// What `bye` asks a client to wait for, in milliseconds.
  var retryMilliseconds = 500...10_000
  /// What a refused client is asked to wait for, in seconds.
  var refusalSeconds = 5...30
  /// The longest that a long-poll may ask for, in seconds.
  static let longestWait = 25
}

/// What live connections get from outside.
struct LiveSettings: Sendable {
  var times = LiveTimes()
  var timers: any Timers = TaskTimers()
  /// A whole number of a range, ends included.
  var random: @Sendable (ClosedRange<Int>) -> Int = { .random(in: $0) }

  func randomDuration(upTo longest: Duration) -> Duration {
    .milliseconds(random(0...max(0, longest.milliseconds)))
  }

  /// A connection's life: 80 to 120 hundredths of the middle one.
  func randomLife() -> Duration { times.life * random(800...1200) / 1000 }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int {
    let (seconds, attoseconds) = components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }

  /// Whole seconds, rounded up.
  var wholeSeconds: Int { (milliseconds + 999) / 1000 }
}
