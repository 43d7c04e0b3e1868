import ArgumentParser
import StorylineModels

struct MediaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "media",
    abstract: "The images that the service has: list them, remove one.",
    discussion: """
      Images come with “apply” and go by themselves a day after nothing names them any more, be it now, in the past or
      at a time to come.

      Examples:
        storyline-admin media
        storyline-admin media remove summit.png
      """,
    subcommands: [MediaListCommand.self, MediaRemoveCommand.self], defaultSubcommand: MediaListCommand.self)
}

struct MediaListCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "All images, shown to readers or not.",
    discussion: """
      Examples:
        storyline-admin media
        storyline-admin media list --json

      JSON: [{sha256, type, bytes, name}]
      """)

  @OptionGroup var desk: DeskOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run(_ context: AdminContext) async throws {
    let media = try await desk.withDesk(context) { try await $0.media() }
    if json { return try context.console.json(media) }
    for image in media { context.console.out("\(image.sha256)  \((image.bytes + 1023) / 1024) KiB  \(image.name)") }
    context.console.err(media.count == 1 ? "1 image" : "\(media.count) images")
  }
}

struct MediaRemoveCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove an image's bytes for good, which nothing shows any more.",
    discussion: """
      For an image that had to go, by law or because it was the wrong one. First publish its article without it, or
      withdraw the article: from then on no reader can have it. This takes its bytes out of the database too, and so out
      of every later backup. Commits that showed it cannot be undone afterwards. It is refused while something published
      shows the image, or something that waits for its time.

      Backups from before still have it; after a restore of one, run this again.

      Examples:
        storyline-admin media remove summit.png
        storyline-admin media remove 07ab0c2a9e77b0c3d29c1f0c2a9e77b0c3d29c1f0c2a9e77b0c3d29c1f0c2a9e
      """)

  @Argument(help: ArgumentHelp("Its SHA-256, or its file's name if no other image has that.", valueName: "image"))
  var image: String

  @OptionGroup var desk: DeskOptions

  func run(_ context: AdminContext) async throws {
    let removed = try await desk.withDesk(context) { desk in
      let image = try found(in: try await desk.media())
      try await desk.remove(image.sha256)
      return image
    }
    context.console.out("removed \(removed.name) (\(removed.sha256))")
    context.console.out("Backups from before still have it; after a restore of one, run this again.")
  }

  private func found(in media: [MediaDescription]) throws -> MediaDescription {
    let matches = media.filter { "\($0.sha256)" == image || $0.name == image }
    switch matches.count {
    case 1: return matches[0]
    case 0:
      throw AdminFailure("there is no image “\(image)”; “storyline-admin media” lists them; nothing was removed")
    default:
      let list = matches.map { "\($0.sha256)" }.joined(separator: ", ")
      throw AdminFailure("several images are called “\(image)”; say which: \(list); nothing was removed")
    }
  }
}
