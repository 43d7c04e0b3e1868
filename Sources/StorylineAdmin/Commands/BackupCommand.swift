import ArgumentParser
import StorylineStore

struct BackupCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the server's database, while storylined runs or not.",
    discussion: """
      Writes one whole file with everything in it as it was at one moment, and checks it. The connection only reads: \
      storylined goes on, and its write-ahead log is left alone. An existing file is never replaced. Keep the pepper \
      file with the backups but not beside them, and the erasure ledger out of them: a restore needs the newest one.

      Examples:
        storyline-admin backup --to storyline-2026-11-24.backup
        storyline-admin backup --database /var/lib/storyline/storyline.sqlite --to /backup/monday.sqlite --json

      JSON: {path, bytes, contentSeq}
      """)

  @Option(help: ArgumentHelp("The new file.", valueName: "file"))
  var to: String

  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run(_ context: AdminContext) async throws {
    context.console.progress("copying and checking the database")
    let report = try database.file(context).backUp(to: to)
    if json {
      let (path, bytes, seq) = (report.path, report.bytes, report.contentSeq)
      return try context.console.json(BackupView(path: path, bytes: bytes, contentSeq: seq))
    }
    context.console.out("wrote \(report.path): \(report.bytes) bytes, content up to commit \(report.contentSeq)")
  }
}

private struct BackupView: Encodable {
  let path: String
  let bytes: Int
  let contentSeq: Int64
}
