/// Letters and digits alone, without tags, entities and the addresses of links: what a text says, however it is marked up.
///
/// For the question whether words could stand in a line that was refused.
struct BareText {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var bare = String.UnicodeScalarView()

  private static let longestTag = 400
  private static let longestEntity = 12

  static func of(_ text: String) -> String {
    var reader = BareText(text)
    while reader.index < reader.scalars.count { reader.take() }
    return String(reader.bare).lowercased()
  }

  private init(_ text: String) { scalars = Array(text.unicodeScalars) }

  private mutating func take() {
    let scalar = scalars[index]
    index += 1
    switch scalar {
    case "<": skip(to: ">", within: Self.longestTag, past: { $0 != "<" })
    case "&": skip(to: ";", within: Self.longestEntity, past: { $0 == "#" || $0.properties.isAlphabetic || $0.isDigit })
    case "(" where index > 1 && scalars[index - 2] == "]":
      while index < scalars.count, !scalars[index].properties.isWhitespace, scalars[index] != ")" { index += 1 }
    default: if scalar.isDigit || scalar.properties.isAlphabetic { bare.append(scalar) }
    }
  }

  /// Nothing is skipped where the end does not come.
  private mutating func skip(to end: Unicode.Scalar, within limit: Int, past isInside: (Unicode.Scalar) -> Bool) {
    var last = index
    while last < min(scalars.count, index + limit), scalars[last] != end, isInside(scalars[last]) { last += 1 }
    if last < scalars.count, scalars[last] == end { index = last + 1 }
  }
}

extension Unicode.Scalar {
  fileprivate var isDigit: Bool { properties.numericType != nil }
}
