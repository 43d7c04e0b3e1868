/// Reads what a terminal sends: characters, keys, mouse, pasted text, in pieces of any size.
///
/// Sources: ECMA-48 for the form of sequences; xterm's ctlseqs for keys, modifiers, SGR mouse and bracketed paste.
public struct InputDecoder: Sendable {
  /// A sequence longer than this is none.
  private static let longestSequence = 64
  private static let longestAnswer = 256
  /// How an answer of kitty's graphics protocol begins and ends.
  private static let answerStart: [UInt8] = Array("\u{1B}_G".utf8)
  private static let answerEnd: [UInt8] = Array("\u{1B}\\".utf8)
  /// More than this is not pasted into a line.
  private static let longestPaste = 1 << 20

  private var bytes: [UInt8] = []
  private var pasted: [UInt8]?

  public init() {}

  /// Whether bytes wait for the rest of a sequence; a lone Esc does.
  public var isWaiting: Bool { !bytes.isEmpty && pasted == nil && !isInAnswer }

  /// No key is the beginning of an answer, so its end is waited for however late it comes.
  private var isInAnswer: Bool { bytes.starts(with: Self.answerStart) }

  /// What the bytes mean, together with those that waited.
  public mutating func take(_ new: some Sequence<UInt8>) -> [InputEvent] {
    bytes += new
    return read(isEnd: false)
  }

  /// Nothing came for a while: what waits is all there is.
  public mutating func timeOut() -> [InputEvent] {
    guard isWaiting else { return [] }
    let events = read(isEnd: true)
    bytes.removeAll()
    return events
  }

  private mutating func read(isEnd: Bool) -> [InputEvent] {
    var events: [InputEvent] = []
    var position = 0
    loop: while position < bytes.count {
      if pasted != nil {
        guard let event = paste(&position) else { break loop }
        events.append(event)
        continue
      }
      switch Self.next(bytes[position...], isEnd: isEnd) {
      case .incomplete: break loop
      case .event(let event, let length):
        position += length
        events.append(event)
      case .nothing(let length): position += length
      case .pasteStart(let length):
        position += length
        pasted = []
      }
    }
    bytes.removeFirst(position)
    return events
  }

  private static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)

  /// nil if the end has not come.
  private mutating func paste(_ position: inout Int) -> InputEvent? {
    let rest = bytes[position...]
    guard let end = rest.firstRange(of: Self.pasteEnd) else {
      // The last few may be the beginning of the end.
      let kept = min(rest.count, Self.pasteEnd.count - 1)
      keep(rest.dropLast(kept))
      position = bytes.count - kept
      return nil
    }
    keep(rest[..<end.lowerBound])
    position = end.upperBound
    let text = String(decoding: pasted ?? [], as: UTF8.self)
    pasted = nil
    return .paste(text.replacing("\r\n", with: "\n").replacing("\r", with: "\n"))
  }

  private mutating func keep(_ part: ArraySlice<UInt8>) {
    let room = Self.longestPaste - (pasted?.count ?? 0)
    pasted?.append(contentsOf: part.prefix(max(0, room)))
  }

  private enum Step {
    case incomplete
    case event(InputEvent, Int)
    case nothing(Int)
    case pasteStart(Int)
  }

  private static func key(_ key: KeyPress.Key, _ modifiers: KeyPress.Modifiers = [], _ length: Int) -> Step {
    .event(.key(KeyPress(key, modifiers)), length)
  }

  private static func next(_ bytes: ArraySlice<UInt8>, isEnd: Bool) -> Step {
    guard let first = bytes.first else { return .incomplete }
    guard first == 0x1B else { return character(bytes, isEnd: isEnd) }
    guard let second = bytes.dropFirst().first else { return isEnd ? key(.escape, [], 1) : .incomplete }
    switch second {
    case UInt8(ascii: "["): return control(bytes, isEnd: isEnd)
    case UInt8(ascii: "_") where bytes.count == 2 && !isEnd: return .incomplete
    case UInt8(ascii: "_") where bytes.starts(with: answerStart): return answer(bytes)
    case UInt8(ascii: "O"):
      guard let third = bytes.dropFirst(2).first else { return isEnd ? key(.character("O"), .alt, 2) : .incomplete }
      return finalKeys[third].map { key($0, [], 3) } ?? .nothing(3)
    case 0x1B: return key(.escape, [], 1)
    default:
      guard case .event(.key(let press), let length) = character(bytes.dropFirst(), isEnd: isEnd) else {
        return isEnd ? key(.escape, [], 1) : .incomplete
      }
      return key(press.key, press.modifiers.union(.alt), length + 1)
    }
  }

  private static func character(_ bytes: ArraySlice<UInt8>, isEnd: Bool) -> Step {
    guard let first = bytes.first else { return .incomplete }
    switch first {
    case 0x0D, 0x0A: return key(.enter, [], 1)
    case 0x09: return key(.tab, [], 1)
    case 0x7F, 0x08: return key(.backspace, [], 1)
    case 0x00: return key(.character(" "), .control, 1)
    case 0x01...0x1A: return key(.character(Character(Unicode.Scalar(first + 0x60))), .control, 1)
    case 0x1C...0x1F: return key(.character(Character(Unicode.Scalar(first + 0x40))), .control, 1)
    case 0x20..<0x7F: return key(.character(Character(Unicode.Scalar(first))), [], 1)
    default: break
    }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1
    let part = bytes.prefix(length)
    // A byte that continues nothing, or an end that is none, is not waited for.
    guard length > 1, first < 0xF5, part.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) else { return .nothing(1) }
    guard part.count == length else { return isEnd ? .nothing(part.count) : .incomplete }
    let text = String(decoding: part, as: UTF8.self)
    guard let character = text.first, text != "\u{FFFD}" else { return .nothing(length) }
    return key(.character(character), [], length)
  }

  /// `ESC _ G i=1;OK ESC \`
  private static func answer(_ bytes: ArraySlice<UInt8>) -> Step {
    guard let end = bytes.firstRange(of: answerEnd) else {
      return bytes.count > longestAnswer ? .nothing(bytes.count) : .incomplete
    }
    let text = String(decoding: bytes[(bytes.startIndex + answerStart.count)..<end.lowerBound], as: UTF8.self)
    return .event(.graphics(text.hasSuffix(";OK")), end.upperBound - bytes.startIndex)
  }

  /// A control sequence: ESC [ parameters intermediates final.
  private static func control(_ bytes: ArraySlice<UInt8>, isEnd: Bool) -> Step {
    let body = bytes.dropFirst(2)
    guard let end = body.firstIndex(where: { !(0x20...0x3F).contains($0) }) else {
      if bytes.count > longestSequence { return .nothing(bytes.count) }
      if !isEnd { return .incomplete }
      return body.isEmpty ? key(.character("["), .alt, 2) : .nothing(bytes.count)
    }
    let length = end - bytes.startIndex + 1
    // A sequence that is broken off by another character: that character counts.
    guard (0x40...0x7E).contains(bytes[end]) else { return .nothing(length - 1) }
    let text = String(decoding: body[..<end], as: UTF8.self)
    let final = bytes[end]
    if text.hasPrefix("<") { return mouse(String(text.dropFirst()), final, length) }
    if text.hasPrefix("?"), text.hasSuffix("$"), final == UInt8(ascii: "y") {
      let fields = text.dropFirst().dropLast().split(separator: ";").compactMap { Int($0) }
      return fields.count == 2 ? .event(.mode(fields[0], fields[1]), length) : .nothing(length)
    }
    guard text.allSatisfy({ $0.isNumber || $0 == ";" || $0 == ":" }) else { return .nothing(length) }
    let fields = text.split(separator: ";", omittingEmptySubsequences: false).map {
      Int($0.prefix { $0 != ":" }) ?? 1
    }
    return named(final, fields, length)
  }

  private static func named(_ final: UInt8, _ fields: [Int], _ length: Int) -> Step {
    let number = fields.first ?? 1
    let held = modifiers(fields.count > 1 ? fields[1] : 1)
    switch final {
    case UInt8(ascii: "~"):
      if number == 200 { return .pasteStart(length) }
      return numberedKeys[number].map { key($0, held, length) } ?? .nothing(length)
    case UInt8(ascii: "Z"): return key(.tab, .shift, length)
    case UInt8(ascii: "u"):
      // Of the protocol of kitty and fixterms: the code point of the key.
      guard let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init) else { return .nothing(length) }
      guard case .event(.key(let press), _) = character(Array(String(scalar).utf8)[...], isEnd: true) else {
        return number == 27 ? key(.escape, held, length) : .nothing(length)
      }
      return key(press.key, press.modifiers.union(held), length)
    default: return finalKeys[final].map { key($0, held, length) } ?? .nothing(length)
    }
  }

  private static func mouse(_ text: String, _ final: UInt8, _ length: Int) -> Step {
    let fields = text.split(separator: ";").compactMap { Int($0) }
    guard fields.count == 3, final == UInt8(ascii: "M") || final == UInt8(ascii: "m") else { return .nothing(length) }
    // 4, 8 and 16 are modifiers, 32 says that it moves.
    if fields[0] & 32 != 0 { return .nothing(length) }
    let button: MousePress.Button =
      switch fields[0] & ~(4 | 8 | 16) {
      case 0: .left
      case 1: .middle
      case 2: .right
      case 64: .wheelUp
      case 65: .wheelDown
      default: .other
      }
    let press = MousePress(
      button, column: max(0, fields[1] - 1), row: max(0, fields[2] - 1), isRelease: final == UInt8(ascii: "m"))
    return .event(.mouse(press), length)
  }

  private static func modifiers(_ code: Int) -> KeyPress.Modifiers {
    let bits = max(0, code - 1)
    var held: KeyPress.Modifiers = []
    if bits & 1 != 0 { held.insert(.shift) }
    if bits & 2 != 0 { held.insert(.alt) }
    if bits & 4 != 0 { held.insert(.control) }
    return held
  }

  private static let finalKeys: [UInt8: KeyPress.Key] = [
    UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
    UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end, UInt8(ascii: "M"): .enter, UInt8(ascii: "P"): .function(1),
    UInt8(ascii: "Q"): .function(2), UInt8(ascii: "R"): .function(3), UInt8(ascii: "S"): .function(4),
  ]

  private static let numberedKeys: [Int: KeyPress.Key] = [
    1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end, 11: .function(1),
    12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5), 17: .function(6), 18: .function(7),
    19: .function(8), 20: .function(9), 21: .function(10), 23: .function(11), 24: .function(12),
  ]
}
