/// A key with what was held down beside it.
public struct KeyPress: Hashable, Sendable {
  public enum Key: Hashable, Sendable {
    case character(Character)
    case enter, tab, escape, backspace, delete, insert
    case up, down, left, right, home, end, pageUp, pageDown
    case function(Int)
  }

  public struct Modifiers: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let shift = Modifiers(rawValue: 1)
    public static let alt = Modifiers(rawValue: 2)
    public static let control = Modifiers(rawValue: 4)
  }

  public var key: Key
  public var modifiers: Modifiers

  public init(_ key: Key, _ modifiers: Modifiers = []) {
    self.key = key
    self.modifiers = modifiers
  }
}

extension KeyPress {
  private static let names: [(Key, String)] = [
    (.enter, "enter"), (.tab, "tab"), (.escape, "esc"), (.backspace, "backspace"), (.delete, "delete"),
    (.insert, "insert"), (.up, "up"), (.down, "down"), (.left, "left"), (.right, "right"), (.home, "home"),
    (.end, "end"), (.pageUp, "page-up"), (.pageDown, "page-down"), (.character(" "), "space"),
  ]

  /// The keys that have a name, without those that are held beside them.
  public static var namedKeys: [String] { names.map(\.1) }

  /// As people write it: `j`, `G`, `ctrl-d`, `alt-enter`, `space`, `f5`.
  public var name: String {
    var prefix = ""
    if modifiers.contains(.control) { prefix += "ctrl-" }
    if modifiers.contains(.alt) { prefix += "alt-" }
    if modifiers.contains(.shift) { prefix += "shift-" }
    if let named = Self.names.first(where: { $0.0 == key }) { return prefix + named.1 }
    switch key {
    case .character(let character): return prefix + String(character)
    case .function(let number): return prefix + "f\(number)"
    default: return prefix
    }
  }

  /// nil if `name` names no key.
  public init?(name: String) {
    var rest = name
    var modifiers: Modifiers = []
    for (prefix, modifier) in [("ctrl-", Modifiers.control), ("alt-", .alt), ("shift-", .shift)]
    where rest.count > prefix.count && rest.hasPrefix(prefix) {
      modifiers.insert(modifier)
      rest.removeFirst(prefix.count)
    }
    if let named = Self.names.first(where: { $0.1 == rest }) {
      self.init(named.0, modifiers)
    } else if rest.hasPrefix("f"), let number = Int(rest.dropFirst()), (1...24).contains(number) {
      self.init(.function(number), modifiers)
    } else if rest.count == 1, let character = rest.first {
      self.init(.character(character), modifiers)
    } else {
      return nil
    }
  }
}

/// A press of a mouse button, or a turn of its wheel.
public struct MousePress: Hashable, Sendable {
  public enum Button: Hashable, Sendable { case left, middle, right, wheelUp, wheelDown, other }

  public var button: Button
  /// From 0.
  public var column: Int
  public var row: Int
  public var isRelease: Bool

  public init(_ button: Button, column: Int, row: Int, isRelease: Bool = false) {
    self.button = button
    self.column = column
    self.row = row
    self.isRelease = isRelease
  }
}

/// What a terminal tells the program.
public enum InputEvent: Hashable, Sendable {
  case key(KeyPress)
  case mouse(MousePress)
  /// Text that was pasted; its line ends are line feeds.
  case paste(String)
  /// The answer to a question about a private mode (DECRPM): 1 set, 2 reset, 0 unknown.
  case mode(Int, Int)
  /// The answer to a question of kitty's graphics protocol: whether it went well.
  case graphics(Bool)
}
