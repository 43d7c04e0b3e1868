public import Foundation

/// The bytes of one JSON value, kept as they were received.
///
/// What an older client does not understand it keeps in this form, byte for byte, and an updated one decodes it from
/// disk. Slicing validates the syntax (RFC 8259) but interprets nothing: number lexemes and member order survive.
public struct RawJSON: Hashable, Sendable {
  public let data: Data

  /// - Throws: `JSONSyntaxError` if `data` is not exactly one JSON value in UTF-8.
  public init(validating data: Data) throws {
    var scanner = JSONScanner(data)
    let range = try scanner.value()
    try scanner.end()
    self.data = data.count == range.count ? data : scanner.slice(range)
  }

  init(trusted data: Data) { self.data = data }

  /// Encodes `value` with the one JSON coder.
  public init(encoding value: some Encodable) throws { data = try StorylineJSON.encode(value) }

  /// The members of an object in their order; duplicate names are refused, because two readers could pick differently.
  public func members() throws -> [(name: String, value: RawJSON)] {
    var scanner = JSONScanner(data)
    var seen: Set<String> = []
    let members = try scanner.members().map { name, range in
      guard seen.insert(name).inserted else {
        throw JSONSyntaxError(offset: range.lowerBound, what: "duplicate member “\(name)”")
      }
      return (name, RawJSON(trusted: scanner.slice(range)))
    }
    try scanner.end()
    return members
  }

  /// The elements of an array in their order.
  public func elements() throws -> [RawJSON] {
    var scanner = JSONScanner(data)
    let elements = try scanner.elements().map { RawJSON(trusted: scanner.slice($0)) }
    try scanner.end()
    return elements
  }

  public func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
    try StorylineJSON.decode(type, from: data)
  }

  /// This object with some members set or added and all others left as they are, byte for byte.
  public func setting(_ changes: [(name: String, value: RawJSON)]) throws -> RawJSON {
    var members = try members()
    for change in changes {
      if let index = members.firstIndex(where: { $0.name == change.name }) {
        members[index].value = change.value
      } else {
        members.append(change)
      }
    }
    return try RawJSON(members: members)
  }

  /// An object of `members` in the order given.
  public init(members: [(name: String, value: RawJSON)]) throws {
    var data = Data("{".utf8)
    for (index, member) in members.enumerated() {
      if index > 0 { data.append(UInt8(ascii: ",")) }
      data.append(try Self.encoded(member.name))
      data.append(UInt8(ascii: ":"))
      data.append(member.value.data)
    }
    data.append(UInt8(ascii: "}"))
    self.data = data
  }

  public init(string: String) throws { data = try Self.encoded(string) }

  public init(integer: some BinaryInteger) { data = Data("\(integer)".utf8) }

  private static func encoded(_ string: String) throws -> Data {
    let needsEscapes = string.utf8.contains {
      !(0x20..<0x7F).contains($0) || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\")
    }
    return needsEscapes ? try StorylineJSON.encode(string) : Data("\"\(string)\"".utf8)
  }

  /// An array of `elements`.
  public init(elements: [RawJSON]) {
    var data = Data("[".utf8)
    for (index, element) in elements.enumerated() {
      if index > 0 { data.append(UInt8(ascii: ",")) }
      data.append(element.data)
    }
    data.append(UInt8(ascii: "]"))
    self.data = data
  }

  public var text: String { String(decoding: data, as: UTF8.self) }
}

/// Where and why some bytes are not JSON.
public struct JSONSyntaxError: Error, Hashable, CustomStringConvertible {
  /// Bytes from the start.
  public let offset: Int
  public let what: String

  public var description: String { "\(what) at byte \(offset)" }
}
