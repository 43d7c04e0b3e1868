import StorylineModels
import StorylineSeeds

/// A plan for people: what would change, entity by entity with the words before and after, then the counts.
struct PlanView {
  private let plan: SeedPlan
  private let console: Console
  private let changes: ChangeView
  private let media: [SeedMedia]

  /// - Parameter media: the images that would be sent.
  init(_ plan: SeedPlan, _ media: [SeedMedia], _ console: Console) {
    self.plan = plan
    self.media = media
    self.console = console
    changes = ChangeView(console)
  }

  /// - Parameter details: whether to show the words before and after.
  func show(prune: Bool, details: Bool) {
    for change in plan.changes where change.action != .unchanged {
      for text in changes.lines(change, details: details) { console.out(text) }
    }
    for key in plan.cancellations { console.out(console.paint("cancel", .red) + "   \(key)") }
    for image in media { console.out(console.paint("send", .green) + "     \(image.words)") }
    console.out(counts)
    goneHint(prune: prune)
    for note in plan.missingNotes {
      console.out(
        "“\(note.headline)” (\(note.article)) needs a note to its readers: apply --note \"…\", or an update in updates/"
      )
    }
  }

  /// `2 new, 1 changed, 40 unchanged, 0 gone`.
  var counts: String {
    let actions: [PlannedChange.Action] = [.new, .changed, .unchanged, .gone]
    let more: [PlannedChange.Action] = [.scheduled, .waiting, .draft]
    let listed = actions + more.filter { plan.count($0) > 0 }
    return listed.map { "\(plan.count($0)) \($0.rawValue)" }.joined(separator: ", ")
  }

  func goneHint(prune: Bool) {
    guard !plan.gone.isEmpty, !prune else { return }
    console.out("What is gone from the folder stays published; --prune removes it.")
  }

  func line(_ change: PlannedChange) -> String { changes.line(change) }
}
