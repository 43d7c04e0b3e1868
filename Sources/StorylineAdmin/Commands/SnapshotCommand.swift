import ArgumentParser
import StorylineModels
import StorylineStore

struct SnapshotCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Make a snapshot of what is published, for devices to start from.",
    discussion: """
      Does nothing if the newest snapshot is up to date. storylined makes snapshots by itself; this is for the moment \
      after a large publication, a take-down or a restore, before it is started again. The database must not be in use \
      by storylined.

      Examples:
        storyline-admin snapshot
        storyline-admin snapshot --database /var/lib/storyline/storyline.sqlite --json

      JSON: {id, cursor, epoch, created, entities, bytes, format, parts}
      """)

  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Print JSON: the snapshot's manifest.")
  var json = false

  func run(_ context: AdminContext) async throws {
    let file = database.file(context)
    guard file.exists else { throw AdminFailure("there is no database at \(file.path); nothing was made") }
    context.console.progress("making the snapshot")
    let manifest = try await file.withStore { try await $0.publishSnapshot() }
    if json { return try context.console.json(manifest) }
    context.console.out(
      "snapshot \(manifest.id): \(manifest.entities) rows in \(manifest.parts.count) parts, \(manifest.bytes) bytes")
  }
}
