import CQRencode

/// A text as a QR code (ISO/IEC 18004), with medium error correction.
public struct QRCode: Hashable, Sendable {
  /// The light border that readers need around it.
  public static let border = 4

  /// Modules on each side, without the border.
  public let size: Int
  private let modules: [Bool]

  /// - Throws: `QRCodeTooLong` for a text that fits into none.
  public init(_ text: String) throws(QRCodeTooLong) {
    guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { throw QRCodeTooLong() }
    defer { QRcode_free(code) }
    size = Int(code.pointee.width)
    // The lowest bit of each byte says whether the module is dark.
    modules = (0..<(size * size)).map { code.pointee.data[$0] & 1 == 1 }
  }

  /// Whether a module is dark; those of the border and beyond are not.
  public func isDark(_ x: Int, _ y: Int) -> Bool {
    guard (0..<size).contains(x), (0..<size).contains(y) else { return false }
    return modules[y * size + x]
  }

  /// Lines of half blocks, two rows of modules in each, with the border.
  ///
  /// - Parameter isColoured: Dark on light by the terminal's colours. Without them the light modules are drawn, which is
  ///   right on a dark terminal; many readers take the other way round too.
  public func lines(isColoured: Bool) -> [String] {
    let rows = Array(stride(from: -Self.border, to: size + Self.border, by: 2))
    return rows.map { y in
      let text = (-Self.border..<(size + Self.border)).map { x in
        Self.character(upper: isDark(x, y) == isColoured, lower: isDark(x, y + 1) == isColoured)
      }
      // Black on bright white.
      return isColoured ? "\u{1B}[30;107m" + text.joined() + "\u{1B}[0m" : text.joined()
    }
  }

  private static func character(upper: Bool, lower: Bool) -> String {
    switch (upper, lower) {
    case (true, true): "█"
    case (true, false): "▀"
    case (false, true): "▄"
    case (false, false): " "
    }
  }
}

/// The text has more bytes than a QR code holds.
public struct QRCodeTooLong: Error, Hashable, Sendable {}
