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
    var members: [String: JSONValue] = [:]
    let all = [metadataProvider?.get() ?? [:], metadata, event.metadata ?? [:]]
    for (name, value) in all.joined() { members[name] = Self.json(value) }
    members["time"] = .string(now().description)
    members["level"] = .string(event.level.rawValue)
    members["message"] = .string(event.message.description)
    guard var line = try? StorylineJSON.encode(members) else { return }
    line.append(UInt8(ascii: "\n"))
    write(line)
  }

  private static func json(_ value: Logger.MetadataValue) -> JSONValue {
    switch value {
    case .string(let text): .string(text)
    case .stringConvertible(let value as any BinaryInteger): Int64(exactly: value).map { .integer($0) } ?? .null
    case .stringConvertible(let value): .string(value.description)
    case .array(let values): .array(values.map(json))
    case .dictionary(let members): .object(members.mapValues(json))
    }
  }
}
