/// A value that is a plain string in JSON, whatever the string.
public protocol StringCoded: RawRepresentable, Codable, CustomStringConvertible where RawValue == String {
  init(rawValue: String)
}

extension StringCoded {
  public init(from decoder: any Decoder) throws {
    self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  public var description: String { rawValue }
}

/// A value that is a string of a certain form in JSON; its description is that string.
public protocol TextCoded: Codable, CustomStringConvertible {
  /// nil if `text` does not have the form.
  init?(_ text: String)
  /// What the text must be, for a person who wrote something else.
  static var form: String { get }
}

extension TextCoded {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Self(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "“\(text)” is not \(Self.form)")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
