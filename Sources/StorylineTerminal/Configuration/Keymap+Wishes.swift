import StorylineScreen

extension Keymap {
  /// The keymap with the keys of a configuration, and what is wrong with them.
  ///
  /// All wishes are taken together, so that two actions can change places. A key is taken from whatever had it in the
  /// same place or in a narrower one; in a wider one it keeps its meaning everywhere else.
  func fulfilling(_ wishes: [Config.KeyWish]) -> (Keymap, [ConfigFault]) {
    if wishes.isEmpty { return (self, []) }
    var faults: [ConfigFault] = []
    var wanted: [KeyContext: [[KeyPress]: Config.KeyWish]] = [:]
    var bindings = self.bindings
    var isWished = Set<Int>()
    for wish in wishes {
      let targets = Self.targets(of: wish, in: &bindings)
      for index in targets {
        bindings[index].keys = []
        isWished.insert(index)
        for keys in wish.keys {
          let presses = Self.sequence(keys) ?? []
          let context = bindings[index].context
          if let first = wanted[context]?[presses], first.action != wish.action {
            let line = first.line.map { " in line \($0)" } ?? ""
            faults.append(
              ConfigFault(line: wish.line, message: "“\(keys)” is given to “\(first.action.rawValue)”\(line) already"))
          } else {
            wanted[context, default: [:]][presses] = wish
            bindings[index].keys.append(keys)
          }
        }
      }
    }
    for index in bindings.indices where !isWished.contains(index) {
      let place = bindings[index].context
      bindings[index].keys.removeAll { keys in
        let presses = Self.sequence(keys) ?? []
        return wanted.contains { context, taken in
          context.covers(place)
            && taken.keys.contains { $0.starts(with: presses) || presses.starts(with: $0) }
        }
      }
    }
    faults += Keymap(bindings).losses(since: self, wishes)
    // Whatever a file says, there is a way out.
    if !bindings.contains(where: { $0.action == .quit && !$0.keys.isEmpty }) {
      bindings.append(Binding(.quit, .anywhere, ["ctrl-c"], "Quit"))
    }
    return (Keymap(bindings), faults)
  }

  /// Of the bindings of a wish's action; one more is added where the action had no keys.
  private static func targets(of wish: Config.KeyWish, in bindings: inout [Binding]) -> [Int] {
    let own = bindings.indices.filter { bindings[$0].action == wish.action }
    guard let context = wish.context else { return own }
    let there = own.filter { bindings[$0].context == context }
    if !there.isEmpty { return there }
    guard let model = own.first else { return [] }
    bindings.append(Binding(wish.action, context, [], bindings[model].help, hint: bindings[model].hint))
    return [bindings.count - 1]
  }

  /// Actions that had a key and have none any more.
  private func losses(since before: Keymap, _ wishes: [Config.KeyWish]) -> [ConfigFault] {
    let bound = Set(bindings.filter { !$0.keys.isEmpty }.map(\.action))
    var faults = Action.allCases.filter { action in
      action != .quit && !bound.contains(action) && before.bindings.contains { $0.action == action }
        && !wishes.contains { $0.action == action }
    }.map { action in
      let old = before.bindings.first { $0.action == action }?.keys ?? []
      let taker = wishes.first { !Set($0.keys).isDisjoint(with: old) }
      return ConfigFault(
        line: taker?.line, message: "“\(action.rawValue)” has no key any more; give it another one", isWarning: true)
    }
    if !bound.contains(.quit) {
      let line = wishes.first { $0.action == .quit }?.line
      faults.append(ConfigFault(line: line, message: "“quit” needs a key, or nobody finds the way out; ctrl-c stays"))
    }
    return faults
  }
}

extension KeyContext {
  /// Whether keys of this place would be hidden by those of `other`: it is the same or a narrower one.
  func covers(_ other: KeyContext) -> Bool {
    switch (self, other) {
    case (.anywhere, _): true
    case (.lists, .lists), (.lists, .list): true
    default: self == other
    }
  }
}
