import Foundation
import StorylineTestSupport
import Testing

/// A server that was put back to yesterday's copy, with the tool or behind its back, through the real programs.
@Suite struct RestoredServiceTests {
  private struct Listed: Decodable {
    struct Article: Decodable {
      var id: String
      var isRead: Bool
      var isSaved: Bool
    }
    var articles: [Article]
  }

  /// How yesterday's copy comes back.
  enum Way: CaseIterable {
    /// `storyline-admin restore`.
    case tool
    /// `cp`, as an operator in a hurry does it.
    case copy
    /// `cp`, and the file that would tell the server is gone.
    case copyWithoutFingerprint
    /// The whole folder of the database, as from a snapshot of the disk.
    case disk
  }

  @Test(arguments: Way.allCases)
  func `after each device has synced once, today's acknowledged marks are back`(way: Way) async throws {
    let scratch = try Scratch()
    try LiveService.admin(["apply", Program.repository.appendingPathComponent("seeds/ukraine-nato").path], in: scratch)
    let invite = try LiveService.invite(devices: 4, in: scratch)
    var service = try await LiveService.start(in: scratch)
    for home in ["phone", "tablet", "laptop"] { try enrol(home, invite, service) }
    let ids = try list("phone", service).prefix(4).map(\.id)
    // Yesterday.
    try run(["save", ids[0]], "phone", service)
    try run(["mark", "read", ids[0]], "tablet", service)
    try syncAll(["phone", "tablet", "laptop"], service)
    let port = service.port
    try #require(service.program.terminate() == 0)
    try keepCopy(for: way, scratch)
    service = try await LiveService.start(in: scratch, port: port)
    // Today: all of it is acknowledged, and one device has heard of nothing yet.
    try run(["unsave", ids[0]], "phone", service)
    try run(["save", ids[1]], "phone", service)
    try run(["mark", "read", ids[2]], "tablet", service)
    try syncAll(["phone", "tablet", "phone"], service)
    for home in ["phone", "tablet"] { try expect(pending: 0, home, service) }
    try #require(service.program.terminate() == 0)

    try putBack(by: way, scratch)
    service = try await LiveService.start(in: scratch, port: port)
    // Made without a network while the server was away.
    try run(["save", ids[3]], "laptop", service)
    try syncAll(["laptop", "tablet", "phone"], service)

    try enrol("newcomer", invite, service)
    let held = Dictionary(try list("newcomer", service).map { ($0.id, $0) }) { $1 }
    #expect(held[ids[0]]?.isSaved == false && held[ids[0]]?.isRead == true)
    #expect(held[ids[1]]?.isSaved == true)
    #expect(held[ids[2]]?.isRead == true)
    #expect(held[ids[3]]?.isSaved == true)
    #expect(held.values.filter(\.isSaved).count == 2 && held.values.filter(\.isRead).count == 2)
    // And from there to everybody.
    try syncAll(["laptop", "tablet", "phone"], service)
    for home in ["phone", "tablet", "laptop"] {
      #expect(
        try Dictionary(list(home, service).map { ($0.id, [$0.isRead, $0.isSaved]) }) { $1 }
          == held.mapValues { [$0.isRead, $0.isSaved] }, "\(home)")
      try expect(pending: 0, home, service)
    }
    #expect(service.program.terminate() == 0)
    #expect(try KillRounds.integrity(of: scratch.file("storyline.sqlite"), in: scratch) == "ok")
  }

  // MARK: Copies

  private func keepCopy(for way: Way, _ scratch: Scratch) throws {
    switch way {
    case .tool:
      let output = try LiveService.admin(
        ["backup", "--to", scratch.file("yesterday"), "--database", scratch.file("storyline.sqlite")], in: scratch)
      #expect(output.contains("content up to commit"))
    case .copy, .copyWithoutFingerprint:
      try copy("storyline.sqlite", to: "yesterday", scratch)
    case .disk:
      for suffix in ["", ".fingerprint"] { try copy("storyline.sqlite" + suffix, to: "yesterday" + suffix, scratch) }
    }
  }

  private func putBack(by way: Way, _ scratch: Scratch) throws {
    switch way {
    case .tool:
      let output = try LiveService.admin(
        ["restore", "--from", scratch.file("yesterday"), "--database", scratch.file("storyline.sqlite")], in: scratch)
      #expect(output.contains("every device starts over"))
    case .copy: try overwrite("yesterday", "storyline.sqlite", scratch)
    case .copyWithoutFingerprint:
      try overwrite("yesterday", "storyline.sqlite", scratch)
      try FileManager.default.removeItem(atPath: scratch.file("storyline.sqlite.fingerprint"))
    case .disk:
      for suffix in ["", ".fingerprint"] {
        try overwrite("yesterday" + suffix, "storyline.sqlite" + suffix, scratch)
      }
    }
  }

  private func copy(_ name: String, to target: String, _ scratch: Scratch) throws {
    try FileManager.default.copyItem(atPath: scratch.file(name), toPath: scratch.file(target))
  }

  /// Writes into the file that is there, as `cp` does: it stays the same inode.
  private func overwrite(_ name: String, _ target: String, _ scratch: Scratch) throws {
    let result = try Program.run(
      URL(fileURLWithPath: "/bin/cp"), [scratch.file(name), scratch.file(target)], logsIn: scratch.url)
    try #require(result.status == 0, "\(result.errors)")
  }

  // MARK: Devices

  private func enrol(_ home: String, _ invite: String, _ service: LiveService) throws {
    let login = try service.storyline(
      ["login", service.address, "--ca", service.authority], home: home, input: invite + "\n")
    try #require(login.status == 0, "\(login.errors)")
    try syncAll([home], service)
  }

  private func syncAll(_ homes: [String], _ service: LiveService) throws {
    for home in homes { try run(["sync"], home, service) }
  }

  private func run(_ arguments: [String], _ home: String, _ service: LiveService) throws {
    let result = try service.storyline(arguments, home: home)
    try #require(result.status == 0, "\(home) \(arguments): \(result.errors)")
  }

  private func list(_ home: String, _ service: LiveService) throws -> [Listed.Article] {
    let result = try service.storyline(["articles", "--json"], home: home)
    try #require(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode(Listed.self, from: Data(result.output.utf8)).articles
  }

  private func expect(pending: Int, _ home: String, _ service: LiveService) throws {
    struct Status: Decodable {
      struct Replica: Decodable { var pending: Int }
      var replica: Replica
    }
    let result = try service.storyline(["status", "--json"], home: home)
    let status = try JSONDecoder().decode(Status.self, from: Data(result.output.utf8))
    #expect(status.replica.pending == pending, "\(home)")
  }
}
