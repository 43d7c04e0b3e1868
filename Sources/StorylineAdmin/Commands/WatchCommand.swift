import ArgumentParser
import Foundation
import StorylineModels
import StorylineSeeds
import StorylineStore

struct WatchCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Lint and plan a story folder at every save.",
    discussion: """
      Goes on until Ctrl-C. With --apply it publishes what was saved, if the folder has no errors, to the service that \
      has the database; a device with a live connection then shows it within a second.

      Examples:
        storyline-admin watch harbour
        storyline-admin watch harbour --apply --note "Updated during the day."
      """)

  @Argument(help: ArgumentHelp("The story's folder.", valueName: "folder"))
  var folder: String

  @Flag(help: "Publish at every save that has no errors.")
  var apply = false

  @OptionGroup var note: NoteOptions

  @OptionGroup var author: AuthorOption

  @OptionGroup var desk: DeskOptions

  /// How often the folder is looked at: what was saved shows on a device within a second.
  private static let interval = Duration.milliseconds(150)

  func run(_ context: AdminContext) async throws {
    var seen: FolderState?
    while !Task.isCancelled {
      let state = FolderState(folder)
      if state != seen {
        // A save of several files is one change: wait until it is over.
        try await Task.sleep(for: .milliseconds(60))
        let settled = FolderState(folder)
        guard settled == state else { continue }
        seen = state
        try await look(context)
      }
      try await Task.sleep(for: Self.interval)
    }
  }

  /// What is wrong is said and does not end the watch.
  private func look(_ context: AdminContext) async throws {
    do {
      if apply { try await publish(context) } else { try await plan(context) }
    } catch let exit as CommandExit {
      throw exit
    } catch let failure as AdminFailure {
      context.console.error(failure.message)
    } catch {
      context.console.error("\(error)")
    }
  }

  private func plan(_ context: AdminContext) async throws {
    let (plan, media) = try await desk.withDesk(context) { desk in
      let plan = SeedFolder.read(folder).plan(
        against: try await desk.records(), scheduled: try await desk.schedule().planned(), now: context.now())
      return (plan, try await MediaTransfer(media: plan.media).missing(at: desk))
    }
    let faults = FaultList(faults: plan.faults)
    faults.show(on: context.console)
    guard !faults.hasErrors else { return context.console.out("\(folder): \(faults.summary)") }
    PlanView(plan, media, context.console).show(prune: false, details: false)
  }

  private func publish(_ context: AdminContext) async throws {
    let publication = FolderPublication(
      folder: folder, author: author.name(context), note: note.words, context: context)
    let outcome = try await desk.withDesk(context, creates: true) { try await publication.run(at: $0) }
    context.console.out(outcome.sentence)
  }
}

/// What tells one state of a folder from another: names, sizes and times of its files.
struct FolderState: Hashable {
  private var files: [String: [Int64]] = [:]

  init(_ folder: String) {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    for name in names where !name.split(separator: "/").contains(where: { $0.hasPrefix(".") || $0.hasSuffix("~") }) {
      var facts = stat()
      guard lstat(folder + "/" + name, &facts) == 0, facts.st_mode & S_IFMT != S_IFDIR else { continue }
      #if canImport(Darwin)
        let time = facts.st_mtimespec
      #else
        let time = facts.st_mtim
      #endif
      files[name] = [Int64(facts.st_size), Int64(time.tv_sec), Int64(time.tv_nsec), Int64(facts.st_ino)]
    }
  }
}
