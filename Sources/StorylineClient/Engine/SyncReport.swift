/// What one sync did.
public struct SyncReport: Codable, Hashable, Sendable {
  /// Content rows that were new or newer than ours.
  public var contentChanged = 0
  /// Records that a walk from the start did not find any more.
  public var contentSwept = 0
  /// Local changes that the server acknowledged.
  public var pushed = 0
  /// Local changes that lost against a newer version.
  public var superseded = 0
  /// Local changes that the server refused for good.
  public var rejected = 0
  /// Library rows that were new or newer than ours.
  public var libraryChanged = 0
  /// Requests made, repeated ones included.
  public var requests = 0
  /// How many seconds the server asks to pause.
  public var backoff = 0

  public init() {}
}
