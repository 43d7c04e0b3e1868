import ArgumentParser
import Foundation
import StorylineModels
import StorylineSeeds

struct FormatCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "fmt",
    abstract: "Write a story folder in its one canonical form.",
    discussion: """
      The form that “export” writes too: one Markdown file an article under its id, facts in a file for each year, \
      keys in a fixed order, quotation marks where they are needed. What the folder means stays as it is. What is not \
      part of the story (media, README) is left alone.

      Comments in YAML and in front matter, and raw documents (.txt), have no place in that form. Each comment that \
      would be lost is named with its place, and they are only given up if you say so.

      Examples:
        storyline-admin fmt seeds/ukraine-nato --check
        storyline-admin fmt seeds/ukraine-nato
        storyline-admin fmt seeds/ukraine-nato --convert-raw --drop-comments

      Exit codes: 0 the folder has this form now; 1 the folder has errors, or with --check another form.
      """)

  @Argument(help: ArgumentHelp("The story's folder.", valueName: "folder"))
  var folder: String

  @Flag(help: "Change nothing; name the files that would change.")
  var check = false

  @Flag(help: "Turn raw documents into Markdown. What “parse” shows as left out is gone then.")
  var convertRaw = false

  @Flag(help: "Give up comments in YAML files.")
  var dropComments = false

  func run(_ context: AdminContext) async throws {
    context.console.progress("reading the folder")
    let story = SeedFolder.read(folder)
    let faults = FaultList(faults: story.lint())
    guard !faults.hasErrors else {
      faults.show(on: context.console)
      throw AdminFailure("\(folder): \(faults.summary); nothing was changed")
    }
    guard story.hasStoryFile else {
      throw AdminFailure("\(folder) has no story.yaml, so it is not a whole story; nothing was changed")
    }
    let text = try story.text(now: context.now())
    guard text.losses.isEmpty else { throw AdminFailure(text.losses.joined(separator: "\n")) }
    let change = FolderChange(folder: folder, old: story.sourceFiles, new: text.files)
    if check {
      for name in change.differing { context.console.out(name) }
      if !change.differing.isEmpty { throw CommandExit.failed }
      return context.console.out("\(folder) has the canonical form")
    }
    try refuseLosses(change, context)
    // Before it is written: afterwards nothing differs.
    let count = change.differing.count
    try change.write()
    context.console.out("\(folder): \(count) file\(count == 1 ? "" : "s") changed")
  }

  private func refuseLosses(_ change: FolderChange, _ context: AdminContext) throws {
    let raw = change.old.filter { $0.lowercased().hasSuffix(".txt") }
    if !raw.isEmpty, !convertRaw {
      throw AdminFailure(
        "\(raw.joined(separator: ", ")): raw documents become Markdown, and what they have around the text goes; "
          + "add --convert-raw if that is meant; nothing was changed")
    }
    // Only of files that change: the others keep theirs.
    let differing = Set(change.differing)
    let comments = change.old.filter(differing.contains).flatMap { name in
      YAMLComments.places(in: change.text(name), file: "\(folder)/\(name)")
    }
    guard !comments.isEmpty, !dropComments else { return }
    for place in comments {
      context.console.err("\(place.file):\(place.line):\(place.column ?? 1): this comment would be lost")
    }
    let count = comments.count
    throw AdminFailure(
      "\(count) comment\(count == 1 ? "" : "s") would be lost: the canonical form has none. Move what is worth keeping into "
        + "a README, or add --drop-comments if that is meant; nothing was changed")
  }
}

/// Files of a folder that take the place of others.
struct FolderChange {
  let folder: String
  /// Paths in the folder.
  let old: [String]
  let new: [String: String]

  /// What is new, other or gone.
  var differing: [String] {
    let changed = new.filter { text($0.key) != $0.value }.map(\.key)
    return Set(changed).union(old.filter { new[$0] == nil }).sorted()
  }

  func text(_ name: String) -> String {
    FileManager.default.contents(atPath: folder + "/" + name).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Writes first and removes then: whatever interrupts it, nothing is lost.
  func write() throws {
    do {
      for (name, text) in new where self.text(name) != text {
        let url = URL(fileURLWithPath: folder + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url, options: .atomic)
      }
      for name in old where new[name] == nil { try FileManager.default.removeItem(atPath: folder + "/" + name) }
    } catch {
      throw AdminFailure("\(folder): cannot be written: \(error.localizedDescription)")
    }
  }
}
