/// What the service knows of an image that it has.
public struct MediaDescription: Codable, Hashable, Sendable {
  public var sha256: MediaID
  /// Its media type, such as `image/png`.
  public var type: String
  /// How many bytes it has.
  public var bytes: Int
  /// Of its file in the story's folder. Editors alone are told.
  public var name: String

  public init(sha256: MediaID, type: String, bytes: Int, name: String) {
    self.sha256 = sha256
    self.type = type
    self.bytes = bytes
    self.name = name
  }
}

/// The answer of `GET /v1/editor/media`: some of the images that the service has, in the order of their digests.
public struct MediaList: Codable, Hashable, Sendable {
  public var media: [MediaDescription]
  /// The `after` that the next ones follow; nil if there are none.
  public var next: MediaID?

  public init(media: [MediaDescription], next: MediaID? = nil) {
    self.media = media
    self.next = next
  }
}
