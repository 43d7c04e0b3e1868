import Foundation

/// A file of an editor, read with suspicion: bounded, UTF-8, without characters that hide or reorder text.
struct TextFile: Sendable {
  /// The path as messages show it.
  let name: String
  /// Without line ends; a byte-order mark is gone, and so are forbidden characters.
  let lines: [String]
  /// The first forbidden character of each line that has one. The rest is read all the same: it may have faults too.
  let faults: [Fault]

  var text: String { lines.joined(separator: "\n") }

  /// - Throws: one `Fault` that says what kind of file it is instead.
  init(path: String, name: String) throws(Fault) {
    let bytes = try Self.bytes(path: path, name: name)
    try self.init(bytes: bytes, name: name)
  }

  init(bytes: [UInt8], name: String) throws(Fault) {
    self.name = name
    guard bytes.contains(where: { !ASCII.isSpace($0) && !UTF8Scan.mark.contains($0) }) else {
      throw Fault(.empty, at: Place(file: name), "the file is empty", advice: "write its text or delete it")
    }
    if let verdict = EncodingVerdict(bytes) { throw verdict.fault(file: name) }
    let body = bytes.starts(with: UTF8Scan.mark) ? bytes.dropFirst(UTF8Scan.mark.count) : bytes[...]
    var lines = Self.split(body)
    var faults: [Fault] = []
    for (index, line) in lines.enumerated() {
      guard let found = TextRules.forbidden(in: line) else { continue }
      lines[index] = TextRules.allowed(line)
      guard faults.count < SeedLimits.characterFaults else { continue }
      faults.append(found.fault(at: Place(file: name, line: index + 1, column: found.column)))
    }
    (self.lines, self.faults) = (lines, faults)
  }

  private static func bytes(path: String, name: String) throws(Fault) -> [UInt8] {
    let place = Place(file: name)
    // stat, not lstat: a link counts as what it leads to; the folder's reader has looked where that is.
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let facts = try? FileManager.default.attributesOfItem(atPath: target) else {
      throw Fault(.unreadable, at: place, "there is no such file", advice: "check the path")
    }
    let type = facts[.type] as? FileAttributeType
    guard type == .typeRegular else {
      let what = type == .typeDirectory ? "this is a folder" : "this is not a regular file"
      throw Fault(.unreadable, at: place, what, advice: "name a text file")
    }
    let size = (facts[.size] as? NSNumber)?.intValue ?? 0
    guard size <= SeedLimits.fileBytes else {
      throw Fault(
        .tooLarge, at: place, "the file has \(size) bytes, more than the \(SeedLimits.fileBytes) that are read",
        advice: "split it, or check that it is the right file")
    }
    do {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: target)))
    } catch {
      let why = (error as NSError).code == CocoaError.fileReadNoPermission.rawValue ? "permission denied" : "I/O error"
      throw Fault(.unreadable, at: place, "the file cannot be read (\(why))", advice: "check its owner and mode")
    }
  }

  /// Splits at LF, CR LF and a lone CR.
  static func split(_ bytes: ArraySlice<UInt8>) -> [String] {
    var lines: [String] = []
    var start = bytes.startIndex
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      guard byte == ASCII.lineFeed || byte == ASCII.carriageReturn else {
        index += 1
        continue
      }
      lines.append(String(decoding: bytes[start..<index], as: UTF8.self))
      index += 1
      if byte == ASCII.carriageReturn, index < bytes.endIndex, bytes[index] == ASCII.lineFeed { index += 1 }
      start = index
    }
    if start < bytes.endIndex { lines.append(String(decoding: bytes[start...], as: UTF8.self)) }
    return lines
  }
}

enum ASCII {
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
  static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }
}
