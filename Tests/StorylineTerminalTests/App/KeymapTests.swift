import StorylineScreen
import Testing

@testable import StorylineTerminal

@Suite struct KeymapTests {
  private static let contexts: [[KeyContext]] =
    [KeyContext.contexts(isReading: true, screen: .now)]
    + Screen.allCases.map { KeyContext.contexts(isReading: false, screen: $0) }

  @Test func `no key has two meanings in one place, and none hides behind a longer sequence`() {
    var seen: [KeyContext: Set<String>] = [:]
    for binding in Binding.standard {
      for keys in binding.keys {
        #expect(Keymap.sequence(keys)?.isEmpty == false, "\(keys)")
        #expect(seen[binding.context, default: []].insert(keys).inserted, "\(keys) in \(binding.context)")
      }
    }
    for contexts in Self.contexts {
      let sequences = Keymap.standard.holding(in: contexts).flatMap(\.keys).compactMap(Keymap.sequence)
      for sequence in sequences where sequence.count > 1 {
        #expect(!sequences.contains([sequence[0]]), "\(sequence.map(\.name))")
      }
    }
  }

  @Test func `every key of every help screen does what it says there`() {
    for contexts in Self.contexts {
      for binding in Keymap.standard.holding(in: contexts) {
        for keys in binding.keys {
          let presses = Keymap.sequence(keys) ?? []
          #expect(Keymap.standard.lookup(presses, in: contexts) == .action(binding.action), "\(keys)")
        }
      }
    }
  }

  @Test func `every action has a key`() {
    let bound = Set(Binding.standard.map(\.action))
    #expect(Action.allCases.filter { !bound.contains($0) } == [])
  }

  @Test func `another key takes the place of the old one, and is taken from whoever had it`() {
    let (keymap, faults) = Keymap.standard.fulfilling([Config.KeyWish(action: .sync, keys: ["m", "ctrl-x s"], line: 3)])
    #expect(faults.map(\.line) == [3])
    #expect(faults.map(\.isWarning) == [true])
    #expect(faults.first?.message.contains("“toggle-read” has no key any more") == true)
    #expect(keymap.lookup([KeyPress(.character("m"))], in: [.anywhere]) == .action(.sync))
    #expect(keymap.lookup([KeyPress(.character("s"))], in: [.anywhere]) == .nothing)
    #expect(keymap.lookup([KeyPress(.character("x"), .control)], in: [.anywhere]) == .more)
    #expect(!keymap.holding(in: [.anywhere]).contains { $0.action == .toggleRead })
  }
}
