/// Where both streams stand: a hint that something changed, never a place to store as one's own (protocol, 2.10).
public struct LiveState: Codable, Hashable, Sendable {
  public var content: Cursor
  public var library: Cursor
  /// Wait for a random time up to this, in milliseconds, before fetching content: not everybody at once.
  public var spread: Int

  public init(content: Cursor, library: Cursor, spread: Int = 0) {
    self.content = content
    self.library = library
    self.spread = spread
  }

  private enum CodingKeys: String, CodingKey {
    case content, library
    case spread = "spread_ms"
  }
}

/// One event of the stream of `GET /v1/live`. Unknown names are skipped.
public enum LiveEvent: Hashable, Sendable {
  /// The first: how often a ping comes, and how long the connection may last, in seconds.
  case hello(Hello)
  case state(LiveState)
  case ping
  /// The last: connect again after so many milliseconds.
  case bye(Bye)

  public struct Hello: Codable, Hashable, Sendable {
    public var now: Timestamp
    public var ping: Int
    public var maximum: Int

    public init(now: Timestamp, ping: Int, maximum: Int) {
      self.now = now
      self.ping = ping
      self.maximum = maximum
    }

    private enum CodingKeys: String, CodingKey {
      case now
      case ping = "ping_s"
      case maximum = "max_s"
    }
  }

  public struct Bye: Codable, Hashable, Sendable {
    public var retry: Int

    public init(retry: Int) { self.retry = retry }

    private enum CodingKeys: String, CodingKey { case retry = "retry_ms" }
  }
}
