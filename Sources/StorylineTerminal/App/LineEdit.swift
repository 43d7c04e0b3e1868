import StorylineScreen

/// One line of text with a cursor.
struct LineEdit: Hashable, Sendable {
  private(set) var characters: [Character] = []
  private(set) var cursor = 0

  static let longest = 1000

  init(_ text: String = "") {
    characters = Array(text)
    cursor = characters.count
  }

  var text: String { String(characters) }

  mutating func insert(_ text: String) {
    let new = Array(SafeText.line(text)).prefix(max(0, Self.longest - characters.count))
    // A mark that follows its letter becomes one character with it.
    let before = String(characters[..<cursor]) + String(new)
    let after = characters[cursor...]
    characters = Array(before) + after
    cursor = characters.count - after.count
  }

  /// Whether the key was one of editing.
  mutating func take(_ press: KeyPress) -> Bool {
    switch (press.key, press.modifiers) {
    case (.character(let character), []), (.character(let character), .shift): insert(String(character))
    case (.backspace, _) where cursor > 0:
      characters.remove(at: cursor - 1)
      cursor -= 1
    case (.backspace, _): break
    case (.delete, _) where cursor < characters.count: characters.remove(at: cursor)
    case (.left, _): cursor = max(0, cursor - 1)
    case (.right, _): cursor = min(characters.count, cursor + 1)
    case (.home, _), (.character("a"), .control): cursor = 0
    case (.end, _), (.character("e"), .control): cursor = characters.count
    case (.character("u"), .control):
      characters.removeFirst(cursor)
      cursor = 0
    case (.character("w"), .control):
      while cursor > 0, characters[cursor - 1] == " " { removeBefore() }
      while cursor > 0, characters[cursor - 1] != " " { removeBefore() }
    default: return false
    }
    return true
  }

  private mutating func removeBefore() {
    characters.remove(at: cursor - 1)
    cursor -= 1
  }
}
