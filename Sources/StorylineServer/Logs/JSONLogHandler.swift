import Foundation
public import Logging
import StorylineModels

/// Writes each event as one line of JSON.
public struct JSONLogHandler: LogHandler {
  public var logLevel: Logger.Level
  public var metadata: Logger.Metadata = [:]
  public var metadataProvider: Logger.MetadataProvider?

  private let now: @Sendable () -> Timestamp
  private let write: @Sendable (Data) -> Void

  /// - Parameter write: Takes one line with its line end; may be called from several threads at once.
  init(
    level: Logger.Level, now: @escaping @Sendable () -> Timestamp = Timestamp.wallClock,
    write: @escaping @Sendable (Data) -> Void
  ) {
    logLevel = level
    self.now = now
    self.write = write
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var members: Logger.Metadata = [:]
    for all in [metadataProvider?.get() ?? [:], metadata, event.metadata ?? [:]] {
      members.merge(all) { _, later in later }
    }
    members["time"] = .string(now().description)
    members["level"] = .string(event.level.rawValue)
    members["message"] = .string(event.message.description)
    guard var line = try? Self.json(.dictionary(members)).data else { return }
    line.append(UInt8(ascii: "\n"))
    write(line)
  }

  /// Put together by hand: a line is written for each request, and an encoder takes longer than many an answer.
  private static func json(_ value: Logger.MetadataValue) throws -> RawJSON {
    switch value {
    case .string(let text): try RawJSON(string: text)
    case .stringConvertible(let value as any BinaryInteger): RawJSON(integer: value)
    case .stringConvertible(let value): try RawJSON(string: value.description)
    case .array(let values): RawJSON(elements: try values.map(json))
    case .dictionary(let members):
      try RawJSON(members: members.sorted { $0.key < $1.key }.map { ($0.key, try json($0.value)) })
    }
  }
}
