import Foundation
import StorylineModels
import StorylineSQLite
import StorylineStore
import Testing

@testable import StorylineAdmin

/// What an operator asks of a database: is it whole, how much is in it, and what is wrong around it.
@Suite("Operator") struct OperatorTests {
  /// A desk with a published story and certificates, both for their owner alone.
  private func desk() async throws -> Desk {
    let desk = try Desk(Town.files)
    try #require(await desk.run("apply", "@/town").code == 0)
    try #require(await desk.run("certificate", "--directory", "@/tls").code == 0)
    return desk
  }

  private func doctor(
    _ desk: Desk, _ arguments: String..., now: Timestamp = Desk.noon
  ) async throws -> [[String: String]] {
    let run = await desk.run(
      [
        "doctor", "--json", "--storylined", "@/none", "--tls-certificate", "@/tls/server.pem", "--tls-key",
        "@/tls/server.key",
      ]
        + arguments, now: now)
    let findings = try StorylineJSON.decode([[String: String]].self, from: Data(run.out.utf8))
    #expect((run.code == 1) == findings.contains { $0["verdict"] == "error" }, "\(run.out)")
    for finding in findings where finding["verdict"] != "ok" {
      #expect(finding["advice"]?.isEmpty == false, "\(finding)")
    }
    return findings
  }

  private func verdict(_ findings: [[String: String]], _ subject: String) -> String? {
    findings.first { $0["subject"] == subject }?["verdict"]
  }

  @Test func `verify and stats say what is there, and a backup has the same digests`() async throws {
    let desk = try await desk()
    let first = try await desk.run("verify", "--json").json()
    #expect(first["findings"] == .array([]) && first["contentSeq"] == .integer(1))
    #expect(await desk.run("backup", "--to", "@/backup").code == 0)
    let second = try await desk.run("verify", "--database", "@/backup", "--json").json()
    #expect(first["contentDigest"] == second["contentDigest"] && first["libraryDigest"] == second["libraryDigest"])
    let said = await desk.run("verify")
    #expect(said.code == 0 && said.out.contains("all is well"))
    let stats = await desk.run("stats")
    #expect(stats.out.contains("published           1 actor, 1 article, 1 event, 1 story"), "\(stats.out)")
    #expect(stats.out.contains("commits             1, the last at 2024-12-04T12:00:00.000Z"))
    #expect(try await desk.run("stats", "--json").json()["contentSeq"] == .integer(1))
    #expect(await desk.run("stats", "--database", "@/nothing").err.contains("no such file"))
  }

  @Test func `restore --check says whether a backup would do, and changes nothing`() async throws {
    let desk = try await desk()
    #expect(await desk.run("backup", "--to", "@/backup").code == 0)
    // While the database is in use.
    let store = try desk.store()
    let before = try FileManager.default.contentsOfDirectory(atPath: desk.path).sorted()
    let check = await desk.run("restore", "--check", "--from", "@/backup")
    #expect(check.code == 0, "\(check.err)")
    #expect(check.out.contains("can be restored: content up to commit 1, 0 erasures to repeat; nothing was changed"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: desk.path).sorted() == before)
    try store.close()
    let whole = try Data(contentsOf: URL(fileURLWithPath: desk.path + "/backup"))
    try desk.write("not a backup", to: "junk")
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: desk.path + "/half"))
    for name in ["@/junk", "@/half"] {
      let run = await desk.run("restore", "--check", "--from", name)
      #expect(run.code == 1 && !run.err.isEmpty, "\(name)")
    }
    try FileManager.default.removeItem(atPath: desk.database + ".pepper")
    let lost = await desk.run("restore", "--check", "--from", "@/backup")
    #expect(lost.code == 1 && lost.err.contains("without the pepper"))
    #expect(!desk.exists("storyline.sqlite.pepper"))
  }

  @Test func `a desk in order has no errors, and every finding of the doctor says what to do`() async throws {
    let findings = try await doctor(try await desk())
    for subject in ["certificate", "key", "database", "folder", "pepper", "lock"] {
      #expect(verdict(findings, subject) == "ok", "\(findings)")
    }
    #expect(verdict(findings, "configuration") == "warning")
  }

  @Test func `the doctor finds what others can read, and what is missing`() async throws {
    let desk = try await desk()
    let mode = { (name: String, mode: Int) in
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: desk.path + "/" + name)
    }
    try mode("storyline.sqlite", 0o644)
    try mode("tls/server.key", 0o644)
    let open = try await doctor(desk)
    #expect(verdict(open, "database") == "error" && verdict(open, "key") == "error")
    try mode("storyline.sqlite", 0o600)
    try mode("storyline.sqlite.pepper", 0o640)
    #expect(verdict(try await doctor(desk), "pepper") == "error")
    try FileManager.default.removeItem(atPath: desk.database + ".pepper")
    #expect(verdict(try await doctor(desk), "pepper") == "error")
    #expect(!desk.exists("storyline.sqlite.pepper"), "the doctor made a pepper")
    #expect(verdict(try await doctor(desk, "--database", "@/nothing"), "database") == "error")
  }

  @Test func `the doctor finds a certificate that ends, and a key of another`() async throws {
    let desk = try await desk()
    let after = { (days: Int64) in Desk.noon.advanced(byMilliseconds: days * 86_400_000) }
    #expect(verdict(try await doctor(desk, now: after(75)), "certificate") == "warning")
    #expect(verdict(try await doctor(desk, now: after(91)), "certificate") == "error")
    #expect(verdict(try await doctor(desk, now: after(-2)), "certificate") == "error")
    #expect(await desk.run("certificate", "--directory", "@/other").code == 0)
    let run = await desk.run(
      "doctor", "--storylined", "@/none", "--tls-certificate", "@/tls/server.pem", "--tls-key", "@/other/server.key")
    #expect(run.code == 1 && run.out.contains("is not the key of"))
    let junk = await desk.run(
      "doctor", "--storylined", "@/none", "--tls-certificate", "@/town/story.yaml", "--tls-key", "@/other/server.key")
    #expect(junk.code == 1 && junk.out.contains("no certificate in PEM"))
  }

  @Test func `the doctor finds a clock that is behind the last commit`() async throws {
    let desk = try await desk()
    #expect(verdict(try await doctor(desk, now: Desk.noon.advanced(byMilliseconds: -120_000)), "clock") == "error")
    let clock = { (now: Timestamp, last: Timestamp?, kept: Bool?) in
      ClockCheck(now: now, lastCommit: last, isSynchronised: kept).findings()[0].verdict
    }
    #expect(clock(Desk.noon, nil, true) == .ok && clock(Desk.noon, Desk.noon, nil) == .ok)
    #expect(clock(Desk.noon, Desk.noon, false) == .warning)
  }

  @Test func `the doctor tells who has the database, and does not take it itself`() async throws {
    let desk = try await desk()
    // More than the kernel tells at once.
    let others = try (0..<200).map { try FileLock(path: desk.path + "/\($0).lock") }
    let store = try desk.store()
    defer { for lock in others { lock.release() } }
    let findings = try await doctor(desk)
    let lock = try #require(findings.first { $0["subject"] == "lock" })
    #expect(lock["what"]?.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true, "\(lock)")
    #expect(lock["verdict"] == "warning", "it takes no commits")
    try store.close()
    let list = "1: FLOCK  ADVISORY  WRITE 4711 fe:00:131090 0 EOF\n2: POSIX  ADVISORY  READ 12 fe:00:7 0 EOF\n"
    #expect(LockCheck.holder(of: 131_090, in: list) == 4711 && LockCheck.holder(of: 7, in: list) == nil)
  }

  @Test func `little space is a warning, and hardly any an error`() {
    let verdict = { (free: Int, size: Int) in DiskCheck.verdict(free: free, database: size, folder: "/x").verdict }
    #expect(verdict(50 << 20, 1 << 20) == .error)
    #expect(verdict(500 << 20, 1 << 20) == .warning)
    #expect(verdict(3 << 30, 2 << 30) == .warning)
    #expect(verdict(5 << 30, 2 << 30) == .ok)
  }

  @Test func `the values of a configuration are read as storylined prints them`() {
    let text = "database.path: /var/lib/a # b.sqlite  # file\ntls.key:   # default\nlog.level: info  # default\n"
    let values = ServiceConfigurationCheck.values(text)
    #expect(
      values["database.path"] == "/var/lib/a # b.sqlite" && values["tls.key"] == "" && values["log.level"] == "info")
  }
}
