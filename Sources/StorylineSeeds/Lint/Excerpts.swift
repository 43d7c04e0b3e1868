import Foundation

/// Shows the lines that faults point at, with a caret below the place.
public struct Excerpts {
  private var files: [String: [String]] = [:]
  private static let width = 96

  public init() {}

  /// Two lines, or none where there is no such line to show.
  public mutating func lines(for fault: Fault) -> [String] {
    guard let column = fault.column, let text = line(fault.line, of: fault.file) else { return [] }
    let scalars = Array(TextRules.visible(text.replacing("\t", with: " ")).unicodeScalars)
    guard !scalars.isEmpty, column <= scalars.count + 1 else { return [] }
    // Of a long line only what stands around the place.
    let start = column <= Self.width - 16 ? 0 : column - Self.width / 2
    let end = min(scalars.count, start + Self.width)
    var shown = String(String.UnicodeScalarView(scalars[start..<end]))
    if start > 0 { shown = "…" + shown.dropFirst() }
    if end < scalars.count { shown += "…" }
    let number = String(fault.line)
    let margin = String(repeating: " ", count: number.count)
    return [" \(number) | \(shown)", " \(margin) | \(String(repeating: " ", count: column - 1 - start))^"]
  }

  private mutating func line(_ number: Int, of file: String) -> String? {
    if files[file] == nil { files[file] = Self.read(file) }
    guard let lines = files[file], number >= 1, number <= lines.count else { return nil }
    return lines[number - 1]
  }

  private static func read(_ file: String) -> [String] {
    let target = URL(fileURLWithPath: file).resolvingSymlinksInPath().path
    guard let facts = try? FileManager.default.attributesOfItem(atPath: target),
      facts[.type] as? FileAttributeType == .typeRegular,
      ((facts[.size] as? NSNumber)?.intValue ?? .max) <= SeedLimits.fileBytes,
      let data = FileManager.default.contents(atPath: target)
    else { return [] }
    var bytes = [UInt8](data)[...]
    if bytes.starts(with: UTF8Scan.mark) { bytes = bytes.dropFirst(UTF8Scan.mark.count) }
    return TextFile.split(bytes)
  }
}
