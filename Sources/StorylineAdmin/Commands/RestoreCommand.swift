import ArgumentParser
import StorylineStore

struct RestoreCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Put a backup in the place of the server's database.",
    discussion: """
      Stop storylined first. Checks the backup, repeats the erasures that it does not know of, and gives every stream a \
      new epoch with the reason “restored”: devices then push again what they wrote since. The file that was there is \
      kept as FILE.before-restore-TIME; delete it when all is well, for it may hold what readers erased since.

      Examples:
        storyline-admin restore --from storyline-2026-11-24.backup
        storyline-admin restore --database /var/lib/storyline/storyline.sqlite --from /backup/monday.sqlite --json

      JSON: {path, kept, contentSeq, erasuresRepeated}
      """)

  @Option(help: ArgumentHelp("The backup.", valueName: "file"))
  var from: String

  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run(_ context: AdminContext) async throws {
    let report = try database.file(context).restore(from: from)
    if json { return try context.console.json(RestoreView(report)) }
    context.console.out("restored \(report.path) from \(from): content up to commit \(report.contentSeq)")
    if let kept = report.kept { context.console.out("kept the file that was there as \(kept)") }
    context.console.out("repeated \(report.erasuresRepeated) erasures that the backup did not know of")
    context.console.out("every device starts over at its next request and pushes what the backup lacks")
  }
}

private struct RestoreView: Encodable {
  let path: String
  let kept: String?
  let contentSeq: Int64
  let erasuresRepeated: Int

  init(_ report: RestoreReport) {
    path = report.path
    kept = report.kept
    contentSeq = report.contentSeq
    erasuresRepeated = report.erasuresRepeated
  }
}
