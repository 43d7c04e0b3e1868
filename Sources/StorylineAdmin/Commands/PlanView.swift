import StorylineModels
import StorylineSeeds

/// A plan for people: a line for each entity that would change, then the counts.
struct PlanView {
  private let plan: SeedPlan
  private let console: Console

  init(_ plan: SeedPlan, _ console: Console) {
    self.plan = plan
    self.console = console
  }

  func show(prune: Bool) {
    for change in plan.changes where change.action != .unchanged { console.out(line(change)) }
    console.out(counts)
    goneHint(prune: prune)
  }

  /// `2 new, 1 changed, 40 unchanged, 0 gone`.
  var counts: String {
    let actions: [PlannedChange.Action] = [.new, .changed, .unchanged, .gone]
    return actions.map { "\(plan.count($0)) \($0.rawValue)" }.joined(separator: ", ")
  }

  func goneHint(prune: Bool) {
    guard !plan.gone.isEmpty, !prune else { return }
    console.out("What is gone from the folder stays published; --prune removes it.")
  }

  func line(_ change: PlannedChange) -> String {
    let ink: Console.Ink = change.action == .new ? .green : change.action == .changed ? .yellow : .red
    let word = change.action.rawValue
    let head = console.paint(word, ink) + String(repeating: " ", count: max(1, 9 - word.count)) + "\(change.key)"
    return change.action == .changed ? "\(head): \(details(change))" : "\(head)  “\(change.title)”"
  }

  private func details(_ change: PlannedChange) -> String {
    let blocks = [("added", change.blocksAdded), ("changed", change.blocksChanged), ("removed", change.blocksRemoved)]
    let texts = blocks.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: " "))" }
    let members = change.members.map { name in
      name == "blocks" && !texts.isEmpty ? "blocks (\(texts.joined(separator: ", ")))" : name
    }
    return members.joined(separator: ", ")
  }
}
