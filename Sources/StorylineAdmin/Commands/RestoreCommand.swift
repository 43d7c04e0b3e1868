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

      --check does all of this to a copy, looks at every row, says what a restore would do, and throws the copy away; \
      storylined may go on meanwhile.

      Examples:
        storyline-admin restore --from storyline-2026-11-24.backup
        storyline-admin restore --check --from storyline-2026-11-24.backup
        storyline-admin restore --database /var/lib/storyline/storyline.sqlite --from /backup/monday.sqlite --json

      JSON: {path, kept, contentSeq, erasuresRepeated}; with --check {contentSeq, erasuresRepeated, verification}
      """)

  @Option(help: ArgumentHelp("The backup.", valueName: "file"))
  var from: String

  @Flag(help: "Change nothing; say whether it could be restored, and what that would do.")
  var check = false

  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run(_ context: AdminContext) async throws {
    if check { return try rehearse(context) }
    context.console.progress("checking and restoring the backup")
    let report = try database.file(context).restore(from: from)
    if json { return try context.console.json(RestoreView(report)) }
    context.console.out("restored \(report.path) from \(from): content up to commit \(report.contentSeq)")
    if let kept = report.kept { context.console.out("kept the file that was there as \(kept)") }
    context.console.out("repeated \(report.erasuresRepeated) erasures that the backup did not know of")
    context.console.out("every device starts over at its next request and pushes what the backup lacks")
  }
}

extension RestoreCommand {
  private func rehearse(_ context: AdminContext) throws {
    context.console.progress("checking a copy of the backup")
    let (report, verification) = try database.file(context).checkRestore(from: from)
    if json {
      try context.console.json(
        RestoreCheckView(
          contentSeq: report.contentSeq, erasuresRepeated: report.erasuresRepeated, verification: verification))
    } else {
      verification.show(on: context.console)
    }
    guard verification.findings.isEmpty else { throw CommandExit.failed }
    if json { return }
    context.console.out(
      "\(from) can be restored: content up to commit \(report.contentSeq), \(report.erasuresRepeated) erasures to repeat; "
        + "nothing was changed")
  }
}

private struct RestoreCheckView: Encodable {
  let contentSeq: Int64
  let erasuresRepeated: Int
  let verification: VerificationReport
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
