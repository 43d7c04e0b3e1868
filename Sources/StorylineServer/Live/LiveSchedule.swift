import StorylineStore

/// When one live connection has to say something, decided without waiting for anything.
struct LiveSchedule: Sendable {
  private let settings: LiveSettings
  /// When the connection ends.
  let end: Duration
  private(set) var nextPing: Duration
  private var contentDue: Duration?
  private var libraryDue: Duration?
  private var lastState: Duration?

  init(settings: LiveSettings, now: Duration, end: Duration) {
    self.settings = settings
    self.end = end
    nextPing = now + settings.times.ping
  }

  /// The next moment at which there is something to say.
  var next: Duration { [contentDue, libraryDue].compactMap(\.self).reduce(min(nextPing, end), min) }

  /// The first look at the content after a poke is put off by a random time: not everybody at once.
  mutating func contentMoved(now: Duration) {
    if contentDue != nil { return }
    contentDue = earliest(now + settings.randomDuration(upTo: settings.times.spread))
  }

  mutating func libraryMoved(now: Duration) {
    if libraryDue == nil { libraryDue = earliest(now) }
  }

  func isStateDue(now: Duration) -> Bool { [contentDue, libraryDue].contains { $0.map { $0 <= now } ?? false } }

  func isPingDue(now: Duration) -> Bool { nextPing <= now }

  mutating func looked() { (contentDue, libraryDue) = (nil, nil) }

  mutating func toldState(now: Duration) { lastState = now }

  mutating func pinged(now: Duration) { nextPing = now + settings.times.ping }

  private func earliest(_ wanted: Duration) -> Duration {
    lastState.map { max(wanted, $0 + settings.times.pause) } ?? wanted
  }
}
