import Foundation
import Hummingbird
import StorylineModels

/// Reads JSON bodies more strictly than the library's decoder does.
///
/// That one takes UTF-16, byte order marks, duplicate members and NUL characters, of which some stores keep what others
/// refuse. What two readers could understand differently is refused here.
enum JSONBody {
  static func decode<Value: Decodable>(
    _ type: Value.Type, from request: Request, limit: Int, inflatedLimit: Int? = nil
  ) async throws -> Value {
    try await read(request, limit: limit, inflatedLimit: inflatedLimit).decoded(as: type)
  }

  /// The bytes of an object whose form was checked and whose members were not.
  static func read(_ request: Request, limit: Int, inflatedLimit: Int? = nil) async throws -> RawJSON {
    try checked(
      try await RequestBodyReader.readText(request, type: MediaTypes.json, limit: limit, inflatedLimit: inflatedLimit))
  }

  /// The same of a text that has arrived.
  static func checked(_ text: String) throws -> RawJSON {
    let raw = try RawJSON(validating: Data(text.utf8))
    if let offset = offsetOfNUL(in: raw.data) {
      throw Problem(.badRequest, detail: "There is a NUL character in a string at byte \(offset).")
    }
    guard raw.data.first == UInt8(ascii: "{") else {
      throw Problem(.badRequest, detail: "The body is not a JSON object.")
    }
    // Duplicate names are refused while the members are listed; ours lie at most two levels deep.
    for member in try raw.members() where member.value.data.first == UInt8(ascii: "[") {
      for element in try member.value.elements() where element.data.first == UInt8(ascii: "{") {
        _ = try element.members()
      }
    }
    return raw
  }

  /// Where the escape of U+0000 stands; a backslash that is escaped itself starts none.
  static func offsetOfNUL(in data: Data) -> Int? {
    let bytes = Array(data)
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "\\") else {
        index += 1
        continue
      }
      if bytes[index...].starts(with: "\\u0000".utf8) { return index }
      index += 2
    }
    return nil
  }
}
