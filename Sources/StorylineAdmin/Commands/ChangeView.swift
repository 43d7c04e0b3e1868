import StorylineModels
import StorylineSeeds

/// One change for people: a line, and the words before and after.
struct ChangeView {
  private let console: Console

  /// Longer texts are cut around the place where they differ.
  private static let width = 160

  init(_ console: Console) { self.console = console }

  func lines(_ change: PlannedChange, details: Bool) -> [String] {
    [line(change)] + (details ? differences(change) : [])
  }

  func line(_ change: PlannedChange) -> String {
    let word = change.action.rawValue
    let head =
      console.paint(word, ink(change.action)) + String(repeating: " ", count: max(1, 9 - word.count)) + "\(change.key)"
    let when = change.publishAt.map { " at \($0)" } ?? ""
    return change.action == .changed ? "\(head): \(members(change))" : "\(head)\(when)  “\(change.title)”"
  }

  private func ink(_ action: PlannedChange.Action) -> Console.Ink {
    switch action {
    case .new: .green
    case .changed: .yellow
    case .gone: .red
    case .scheduled, .waiting: .blue
    case .unchanged, .draft: .faint
    }
  }

  private func members(_ change: PlannedChange) -> String {
    let blocks = [("added", change.blocksAdded), ("changed", change.blocksChanged), ("removed", change.blocksRemoved)]
    let texts = blocks.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: " "))" }
    let members = change.members.map { name in
      name == "blocks" && !texts.isEmpty ? "blocks (\(texts.joined(separator: ", ")))" : name
    }
    return members.joined(separator: ", ")
  }

  private func differences(_ change: PlannedChange) -> [String] {
    change.differences.flatMap { difference -> [String] in
      let (before, after) = Self.window(difference.before, difference.after)
      let words = [
        before.map { console.paint("         - \($0)", .red) }, after.map { console.paint("         + \($0)", .green) },
      ]
      return [console.paint("         \(difference.name)", .faint)] + words.compactMap(\.self)
    }
  }

  /// Both texts, from a little before the place where they part.
  private static func window(_ before: String?, _ after: String?) -> (String?, String?) {
    guard let before, let after, max(before.count, after.count) > width else {
      return (before.map { cut($0[...]) }, after.map { cut($0[...]) })
    }
    let same = zip(before, after).prefix { $0 == $1 }.count
    let start = max(0, same - 40)
    let lead = start > 0 ? "…" : ""
    return (lead + cut(before.dropFirst(start)), lead + cut(after.dropFirst(start)))
  }

  private static func cut(_ text: Substring) -> String {
    text.count <= width ? String(text) : text.prefix(width) + "…"
  }
}
