/// A colour of the terminal.
public enum Colour: Hashable, Sendable {
  /// The terminal's own foreground or background.
  case standard
  /// 0 to 15 are the terminal's own colours, which its user chose; 16 to 255 look the same everywhere.
  case palette(UInt8)
}

/// How a cell looks.
public struct CellStyle: Hashable, Sendable {
  public struct Attributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let bold = Attributes(rawValue: 1)
    public static let faint = Attributes(rawValue: 2)
    public static let italic = Attributes(rawValue: 4)
    public static let underlined = Attributes(rawValue: 8)
    public static let reversed = Attributes(rawValue: 16)
    public static let struck = Attributes(rawValue: 32)
  }

  public static let plain = CellStyle()

  public var foreground: Colour
  public var background: Colour
  public var attributes: Attributes

  public init(foreground: Colour = .standard, background: Colour = .standard, attributes: Attributes = []) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// Parameters of SGR (ECMA-48, 8.3.117), from a reset on.
  func parameters(colours: Bool) -> String {
    var codes = ["0"]
    for (attribute, code) in Self.codes where attributes.contains(attribute) { codes.append(code) }
    if colours {
      codes += Self.colour(foreground, base: 30)
      codes += Self.colour(background, base: 40)
    }
    return codes.joined(separator: ";")
  }

  private static let codes: [(Attributes, String)] = [
    (.bold, "1"), (.faint, "2"), (.italic, "3"), (.underlined, "4"), (.reversed, "7"), (.struck, "9"),
  ]

  private static func colour(_ colour: Colour, base: Int) -> [String] {
    switch colour {
    case .standard: []
    case .palette(let index) where index < 8: ["\(base + Int(index))"]
    case .palette(let index) where index < 16: ["\(base + 60 + Int(index) - 8)"]
    case .palette(let index): ["\(base + 8);5;\(index)"]
    }
  }
}
