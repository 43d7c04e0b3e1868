import StorylineModels

/// What an engine remembers while it follows its server; times are the clock's, delays are random.
struct Following {
  /// What a timer is for.
  enum Purpose: Hashable { case retry, push, fetch, reconnect }

  var isOn = false
  var isForeground = false
  var timers: [Purpose: (number: Int, due: Timestamp, task: Task<Void, Never>)] = [:]
  var timerCount = 0
  var connection: Task<Void, Never>?
  var connectionNumber = 0
  var openedAt = Timestamp(milliseconds: 0)
  /// Connections that ended within two seconds, one after the other: something in between collects what we should
  /// hear at once.
  var shortConnections = 0
  /// Until then it is asked again and again instead of listened.
  var pollsUntil: Timestamp?
  var cannotListen = false
  /// Tries that failed, one after the other.
  var failures = 0
  /// Connections that were lost, one after the other.
  var losses = 0
  /// Until then the server asked for a pause.
  var quietUntil = Timestamp(milliseconds: 0)
  var pushedAt = Timestamp(milliseconds: 0)
  /// Whether something was marked, or is new there, since the running sync began.
  var wasEdited = false
  var wasPoked = false
  /// The number under which the replica tells us of edits.
  var edits: Int?
}

/// Random delays, so that a thousand devices that lost the server together do not come back together.
struct Jitter {
  static let longest: Double = 300

  let random: @Sendable () -> UInt64

  /// 0 to `seconds`.
  func upTo(_ seconds: Double) -> Double { seconds * Double(random() >> 11) / Double(1 << 53) }

  /// The first time up to ten seconds, then full jitter over 1 s·2ⁿ, at most five minutes (protocol, 2.10).
  func delay(afterFailures count: Int) -> Double {
    count == 0 ? upTo(10) : upTo(min(Self.longest, Double(1 << min(count, 20))))
  }
}
