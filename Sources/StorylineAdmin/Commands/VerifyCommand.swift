import ArgumentParser
import StorylineStore

struct VerifyCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Look at every row of the database, or of a backup.",
    discussion: """
      Checks the file itself, that no commit is missing, and that every digest is that of its bytes; prints a digest of \
      what is published and one of all libraries. Equal content has equal digests, so a backup can be compared with \
      what it was made of. Only reads: storylined may go on.

      Examples:
        storyline-admin verify
        storyline-admin verify --database /backup/monday.sqlite --json

      Exit codes: 0 all is well; 1 something is wrong, each of them named.

      JSON: {path, contentSeq, rows, contentDigest, libraryDigest, findings}
      """)

  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run(_ context: AdminContext) async throws {
    context.console.progress("looking at every row")
    let report = try database.file(context).verify()
    if json { try context.console.json(report) } else { report.show(on: context.console) }
    if !report.findings.isEmpty { throw CommandExit.failed }
  }
}

extension VerificationReport {
  func show(on console: Console) {
    for finding in findings { console.error(finding) }
    console.out("content up to commit \(contentSeq)  \(contentDigest)")
    console.out("libraries                \(libraryDigest)")
    let verdict = findings.isEmpty ? "all is well" : "\(findings.count) findings; restore a backup that is well"
    console.out("\(path): \(rows) rows, \(verdict)")
  }
}

struct StatsCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Count what is in the database.",
    discussion: """
      How many records, commits, readers, devices, snapshots and images there are, and how large the file is. Nothing tells what \
      anybody reads. Only reads: storylined may go on.

      Examples:
        storyline-admin stats
        storyline-admin stats --database /var/lib/storyline/storyline.sqlite --json

      JSON: {records, deletedRecords, commits, contentSeq, lastCommit, scheduled, readers, devices, openInvites, \
      libraryRecords, libraryBytes, snapshots, snapshotBytes, media, mediaBytes, unusedMedia, schema, fileBytes, freeBytes, logBytes}
      """)

  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run(_ context: AdminContext) async throws {
    let statistics = try database.file(context).statistics()
    if json { return try context.console.json(statistics) }
    for (name, value) in statistics.lines {
      context.console.out(name + String(repeating: " ", count: max(1, 20 - name.count)) + value)
    }
  }
}

extension StoreStatistics {
  fileprivate var lines: [(String, String)] {
    let kinds = records.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    let last = lastCommit.map { ", the last at \($0)" } ?? ""
    return [
      ("published", kinds.isEmpty ? "nothing" : kinds), ("taken down", "\(deletedRecords)"),
      ("commits", "\(commits)\(last)"), ("scheduled", "\(scheduled)"),
      ("readers", "\(readers), with \(devices) devices"), ("open invites", "\(openInvites)"),
      ("library records", "\(libraryRecords), \(libraryBytes) bytes"),
      ("snapshots", "\(snapshots), \(snapshotBytes) bytes"),
      ("images", "\(media), \(mediaBytes) bytes; \(unusedMedia) of them wait for a record"),
      ("file", "\(fileBytes) bytes, \(freeBytes) of them free, and \(logBytes) in the log; schema \(schema)"),
    ]
  }
}
