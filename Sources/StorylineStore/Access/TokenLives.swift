public import StorylineModels

/// For how long tokens are good, by what they allow. In milliseconds.
public struct TokenLives: Hashable, Sendable {
  /// Of one kind of device.
  public struct Life: Hashable, Sendable {
    public var access: Int64
    /// Of a refresh token that nobody uses.
    public var idle: Int64
    /// Of a refresh token however much it is used: then somebody has to vouch for the device again.
    public var absolute: Int64

    public init(access: Int64, idle: Int64, absolute: Int64) {
      self.access = access
      self.idle = idle
      self.absolute = absolute
    }
  }

  public var reader = Life(access: 600_000, idle: 60 * day, absolute: 365 * day)
  public var editor = Life(access: 300_000, idle: 14 * day, absolute: 90 * day)
  public var admin = Life(access: 300_000, idle: day, absolute: 7 * day)
  private static let day: Int64 = 86_400_000

  public init() {}

  /// The life that goes with the most that `scope` allows.
  func life(of scope: Set<Scope>) -> Life {
    if scope.contains(.admin) { return admin }
    return scope.contains(.storyEdit) ? editor : reader
  }
}

extension Set<Scope> {
  /// Whether each request has to prove the device's key: what can change the story for everybody must not hang on a
  /// text that can be copied.
  public var needsProof: Bool { contains(.storyEdit) || contains(.admin) }
}
