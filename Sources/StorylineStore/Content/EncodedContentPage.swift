public import Foundation
public import StorylineModels

/// One page of the content log, as bytes that go out as they are.
public struct EncodedContentPage: Hashable, Sendable {
  public var after: Cursor
  public var cursor: Cursor
  /// The page is sealed: what follows `after` up to `cursor` is complete, and there is more.
  public var more: Bool
  public var rowCount: Int
  /// JSON, `ContentPage`.
  public var body: Data
}
