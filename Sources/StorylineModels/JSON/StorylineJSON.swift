public import Foundation

/// The one pair of JSON coders: everything that Storyline writes or reads as JSON goes through it.
///
/// Members are sorted and slashes are plain, so that equal values have equal bytes: "nothing changed" can be
/// decided by comparing bytes.
public enum StorylineJSON {
  public static func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
  }

  /// The same, indented for people.
  public static func encodePretty(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return try encoder.encode(value)
  }

  public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
    try JSONDecoder().decode(type, from: data)
  }
}
