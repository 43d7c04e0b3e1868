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
    try await desk.withDesk(context) { try await export(from: $0, context) }
  }

  private func export(from desk: any PublishingDesk, _ context: AdminContext) async throws {
    context.console.progress("asking what is published")
    let records = try await desk.records()
    let scheduled = try await desk.schedule().planned()
    guard !records.isEmpty || !scheduled.isEmpty else { throw AdminFailure("nothing is published yet") }
    let entities = try records.compactMap { try $0.entity() }
    // What waits takes the place of what is published of it, and so do its images.
    let waiting = Set(scheduled.map { EntityKey(kind: $0.entity.kind, id: $0.entity.id) })
    let written =
      entities.filter { !waiting.contains(EntityKey(kind: $0.kind, id: $0.id)) } + scheduled.map(\.entity)
    let hasImages = written.contains { !$0.images.isEmpty }
    let media = MediaExport(of: written, known: hasImages ? try await desk.media() : [])
    context.console.progress("writing the folder")
    let text = try StoryText(entities: entities, scheduled: scheduled, media: media.names)
    try FolderChange(folder: folder, old: [], new: text.files).write()
    try await media.write(into: folder, from: desk, context.console)
    let images = media.names.isEmpty ? "" : ", and \(media.names.count) images"
    context.console.out("wrote \(records.count) records into \(text.files.count) files\(images) in \(folder)")
    guard text.losses.isEmpty else {
      throw AdminFailure("this could not be written whole:\n" + text.losses.joined(separator: "\n"))
    }
  }
}
