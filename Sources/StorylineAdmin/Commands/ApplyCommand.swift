import ArgumentParser
import StorylineModels
import StorylineSeeds
import StorylineStore

struct ApplyCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Publish a story folder.",
    discussion: """
      Lints first and refuses a folder with errors. All changes go into one commit: either all of them are published \
      or none. More than fits into one go into several whole ones, and the same command finishes what was interrupted. \
      Applying the same folder again changes nothing. What is gone from the folder is named and stays published, \
      unless --prune is given. Articles with “draft” stay here; those with “publishAt” or “embargoUntil” are kept by \
      the service, and nothing of them leaves before their time.

      Images in media/ that the service does not have are sent first, and no reader can have one before the article \
      that shows it.

      A published article whose words change needs a note to its readers: an update in the folder, or --note, which \
      writes one there.

      While storylined runs it publishes through the service's socket; --server publishes over the network.

      Examples:
        storyline-admin apply seeds/ukraine-nato
        storyline-admin apply seeds/ukraine-nato --note "An earlier version gave the sum in dollars."
        storyline-admin apply seeds/ukraine-nato --database /var/lib/storyline/storyline.sqlite --author desk
        storyline-admin apply seeds/ukraine-nato --server https://story.example --credentials editor/credentials.json
      """)

  @Argument(help: ArgumentHelp("The story's folder.", valueName: "folder"))
  var folder: String

  @OptionGroup var desk: DeskOptions

  @OptionGroup var note: NoteOptions

  @Flag(help: "Remove what is published but gone from the folder. Asks if that is more than a tenth.")
  var prune = false

  @Flag(help: "Answer the question of --prune with yes.")
  var yes = false

  @OptionGroup var author: AuthorOption

  @Flag(help: "Print JSON: {rev, revs, new, changed, removed, unchanged, scheduled, cancelled, gone, notes, media}.")
  var json = false

  func run(_ context: AdminContext) async throws {
    context.interruption.willSay("stopped; nothing was published")
    // A folder with errors must not leave an empty database behind.
    var firstPlan: SeedPlan?
    if desk.server == nil, !desk.database.file(context).exists {
      context.console.progress("reading the folder")
      let plan = SeedFolder.read(folder).plan(against: [], now: context.now())
      firstPlan = plan
      let faults = FaultList(faults: plan.faults)
      if faults.hasErrors {
        faults.show(on: context.console)
        throw AdminFailure("\(folder): \(faults.summary); nothing was changed")
      }
    }
    let publication = FolderPublication(
      folder: folder, author: author.name(context), note: note.words, prune: prune, isConfirmed: yes, context: context,
      firstPlan: firstPlan)
    let outcome = try await desk.withDesk(context, creates: true) { try await publication.run(at: $0) }
    try report(outcome, context)
  }

  private func report(_ outcome: FolderPublication.Outcome, _ context: AdminContext) throws {
    if json { return try context.console.json(ApplyReport(outcome, prune: prune)) }
    for file in outcome.notes { context.console.out("wrote \(file)") }
    context.console.out(outcome.sentence)
    let view = PlanView(outcome.plan, [], context.console)
    for change in outcome.plan.changes where [.scheduled, .waiting, .draft].contains(change.action) {
      context.console.out(view.line(change))
    }
    guard !prune else { return }
    for change in outcome.plan.changes where change.action == .gone { context.console.out(view.line(change)) }
    view.goneHint(prune: false)
  }
}

extension FolderPublication.Outcome {
  /// `published as commit 3: 1 new, 2 changed, 0 removed, 40 unchanged`.
  var sentence: String {
    let removed = results.reduce(0) { $0 + $1.removed }
    let unchanged = plan.count(.unchanged)
    let cancelled = results.reduce(0) { $0 + $1.cancelled }
    let later = plan.schedule.isEmpty ? "" : ", \(plan.schedule.count) scheduled"
    let forgotten = cancelled == 0 ? "" : ", \(cancelled) taken off the schedule"
    let images = media.isEmpty ? "" : ", \(media.count) image\(media.count == 1 ? "" : "s") sent"
    let revs = results.compactMap(\.rev)
    guard let first = revs.first, let last = revs.last else {
      return plan.isEmpty
        ? "nothing changed: \(unchanged) unchanged\(images)"
        : "nothing is published yet: \(unchanged) unchanged\(later)\(forgotten)\(images)"
    }
    let name = first == last ? "commit \(first)" : "commits \(first) to \(last)"
    return "published as \(name): \(plan.count(.new)) new, \(plan.count(.changed)) changed, \(removed) removed, "
      + "\(unchanged) unchanged\(later)\(forgotten)\(images)"
  }
}

/// Who publishes.
struct AuthorOption: ParsableArguments {
  @Option(help: ArgumentHelp("Who publishes; the history names it. Default: $USER.", valueName: "name"))
  var author: String?

  func name(_ context: AdminContext) -> String {
    author ?? context.environment["USER"].flatMap { $0.isEmpty ? nil : $0 } ?? "storyline-admin"
  }
}

/// What readers are told of a change.
struct NoteOptions: ParsableArguments {
  @Option(help: ArgumentHelp("What readers are told about each article whose words change.", valueName: "text"))
  var note: String?

  @Option(help: ArgumentHelp("What it is: correction, clarification or addition.", valueName: "type"))
  var noteType = "correction"

  func validate() throws {
    let types = ["correction", "clarification", "addition"]
    guard types.contains(noteType) else { throw ValidationError("--note-type is \(types.joined(separator: ", "))") }
    let isBlank = note?.allSatisfy(\.isWhitespace) ?? false
    if isBlank { throw ValidationError("--note is empty; say what changed") }
  }

  var words: (text: String, type: String)? { note.map { ($0, noteType) } }
}

private struct ApplyReport: Encodable {
  /// The last commit; nil if nothing was published now.
  let rev: Int64?
  let revs: [Int64]
  let new: Int
  let changed: Int
  let removed: Int
  let unchanged: Int
  let scheduled: Int
  let cancelled: Int
  /// Published but not in the folder, and not removed.
  let gone: [EntityKey]
  /// Files that were written into the folder.
  let notes: [String]
  /// Files in `media/` that were sent.
  let media: [String]

  init(_ outcome: FolderPublication.Outcome, prune: Bool) {
    revs = outcome.results.compactMap(\.rev)
    rev = revs.last
    new = outcome.plan.count(.new)
    changed = outcome.plan.count(.changed)
    unchanged = outcome.plan.count(.unchanged)
    removed = outcome.results.reduce(0) { $0 + $1.removed }
    scheduled = outcome.results.reduce(0) { $0 + $1.scheduled }
    cancelled = outcome.results.reduce(0) { $0 + $1.cancelled }
    gone = prune ? [] : outcome.plan.gone
    notes = outcome.notes
    media = outcome.media.map(\.name)
  }
}
