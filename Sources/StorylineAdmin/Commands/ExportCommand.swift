import ArgumentParser
import Foundation
import StorylineModels
import StorylineSeeds

struct ExportCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write what is published as a story folder.",
    discussion: """
      The folder is in the form that “fmt” gives: of an applied folder it is that folder, byte for byte, but for \
      drafts, which were never handed in. What waits for its time is in it. Applying an export changes nothing.

      Examples:
        storyline-admin export story
        storyline-admin export story --server https://story.example --credentials editor/credentials.json
      """)

  @Argument(help: ArgumentHelp("The folder to make.", valueName: "folder"))
  var folder: String

  @OptionGroup var desk: DeskOptions

  func run(_ context: AdminContext) async throws {
    let there = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard there.isEmpty else { throw AdminFailure("\(folder) is not empty; name a new folder") }
    let (records, scheduled) = try await desk.withDesk(context) { desk in
      (try await desk.records(), try await desk.schedule().planned())
    }
    guard !records.isEmpty || !scheduled.isEmpty else { throw AdminFailure("nothing is published yet") }
    let text = try StoryText(entities: try records.compactMap { try $0.entity() }, scheduled: scheduled)
    try FolderChange(folder: folder, old: [], new: text.files).write()
    context.console.out("wrote \(records.count) records into \(text.files.count) files in \(folder)")
    guard text.losses.isEmpty else {
      throw AdminFailure("this could not be written whole:\n" + text.losses.joined(separator: "\n"))
    }
  }
}
