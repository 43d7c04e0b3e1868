import ArgumentParser
import Foundation
import StorylineModels
import StorylineSeeds

struct InitCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a story folder to begin with.",
    discussion: """
      Writes story.yaml, sources.yaml, actors.yaml and tags.yaml with one entry each to change, and the folders of \
      the other kinds. “lint” finds no fault in it.

      Examples:
        storyline-admin init harbour
        storyline-admin init harbour --title "The harbour"
      """)

  @Argument(help: ArgumentHelp("The folder to make; its name becomes the story's id.", valueName: "folder"))
  var folder: String

  @Option(help: ArgumentHelp("The story's title. Default: made of the folder's name.", valueName: "text"))
  var title: String?

  func run(_ context: AdminContext) throws {
    let there = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard there.isEmpty else { throw AdminFailure("\(folder) is not empty; name a new folder") }
    let name = URL(fileURLWithPath: folder).lastPathComponent
    guard let files = FolderTemplate.files(name: name, title: title, today: context.now()) else {
      throw AdminFailure("no id can be made of the name “\(name)”; use letters, digits and hyphens")
    }
    try FolderChange(folder: folder, old: [], new: files).write()
    do {
      for kind in FolderTemplate.folders {
        try FileManager.default.createDirectory(atPath: "\(folder)/\(kind)", withIntermediateDirectories: true)
      }
    } catch {
      throw AdminFailure("\(folder): cannot be written: \(error.localizedDescription)")
    }
    context.console.out("made \(folder); next: storyline-admin new article ID --folder \(folder)")
  }
}

struct NewCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Write a filled template into a story folder.",
    discussion: """
      An article becomes articles/ID.md; everything else becomes a file of its own in the folder of its kind, which \
      “fmt” later puts beside the others of its year. What stands between ‹ and › is to be replaced: “lint” names \
      what is still open. An existing file is never replaced.

      Examples:
        storyline-admin new article 2024-12-04-vote
        storyline-admin new event council-vote --folder harbour
        storyline-admin new quote q-no-vote --folder harbour
        storyline-admin new update u-vote --folder harbour
      """)

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case article, event, quote, position, commitment, source, actor, update
  }

  @Argument(help: "article, event, quote, position, commitment, source, actor or update.")
  var kind: Kind

  @Argument(help: ArgumentHelp("Its id: small letters, digits and hyphens.", valueName: "id"))
  var id: String

  @Option(help: ArgumentHelp("The story's folder. Default: this one.", valueName: "folder"))
  var folder = "."

  func validate() throws {
    guard Slug.isValid(id) else {
      throw ValidationError("an id has small letters, digits and hyphens, at most \(Slug.maximumLength)")
    }
  }

  func run(_ context: AdminContext) throws {
    guard FileManager.default.fileExists(atPath: folder + "/story.yaml") else {
      throw AdminFailure("\(folder) has no story.yaml; name the story's folder with --folder, or make one with “init”")
    }
    let story = SeedFolder.read(folder)
    let template = EntryTemplate(kind: ContentKind(rawValue: kind.rawValue), id: id, now: context.now(), story: story)
    let path = "\(folder)/\(template.path)"
    guard !FileManager.default.fileExists(atPath: path) else { throw AdminFailure("\(path) is there already") }
    try FolderChange(folder: folder, old: [], new: [template.path: template.text]).write()
    context.console.out("wrote \(path)")
  }
}
