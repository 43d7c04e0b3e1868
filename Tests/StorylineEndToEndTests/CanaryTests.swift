import Foundation
import StorylineClient
import StorylineClientNIO
import StorylineModels
import StorylineTestSupport
import Testing

/// What a day of use leaves behind at the server: nothing that tells who asked, from where, with what, or for what.
@Suite(.timeLimit(.minutes(5))) struct CanaryTests {
  @Test func `no canary of a day is in the service's output, its metrics, its database or its backup`() async throws {
    let scratch = try Scratch()
    try LiveService.admin(
      ["apply", Program.repository.appendingPathComponent("seeds/ukraine-nato").path], in: scratch)
    let invite = try LiveService.invite(devices: 2, in: scratch)
    let service = try await LiveService.start(in: scratch)
    for home in ["phone", "tablet"] { try read(at: service, home: home, invite: invite) }
    try await ask(service)
    let metrics = try Program.run(
      URL(fileURLWithPath: "/usr/bin/curl"),
      [
        "--fail", "--silent", "--show-error", "--unix-socket", scratch.file("storyline.sqlite.socket"),
        "http://localhost" + Route.adminMetrics.path, "--output", scratch.file("metrics"),
      ], logsIn: scratch.url)
    #expect(metrics.status == 0, "\(metrics.errors)")
    let counted = try String(contentsOfFile: scratch.file("metrics"), encoding: .utf8)
    #expect(counted.contains(#"storyline_requests_total{route="/v1/library/sync",status="200""#), "\(counted)")
    try LiveService.admin(
      ["backup", "--database", scratch.file("storyline.sqlite"), "--to", scratch.file("backup.sqlite")], in: scratch)
    let signedIn = try ["phone", "tablet"].map { home in
      try #require(try TokenKeeper(path: scratch.file(home) + "/credentials.json").load())
    }
    let tokens = try ["phone", "tablet"].flatMap { try secrets(in: scratch.file($0) + "/credentials.json") }
    #expect(tokens.count >= 4, "access and refresh token of each device")
    #expect(service.program.terminate() == 0)

    let everywhere = tokens + [invite, "canaryAgent", "canaryReferer", "203.0.113.77", "canarysearch", "canaryquery"]
    // The database is where they belong, or where they are needed; the output tells neither who reads nor what.
    let output = everywhere + [Self.article] + signedIn.flatMap { [$0.accountID, $0.deviceID] }
    let left = try files(in: scratch)
    #expect(left.count { $0.isOutput } >= 3)
    #expect(left.count { !$0.isOutput } >= 3, "database, ledger and backup: \(left.map(\.name))")
    for file in left {
      let bytes = try Data(contentsOf: scratch.url.appendingPathComponent(file.name))
      for canary in file.isOutput ? output : everywhere {
        #expect(bytes.range(of: Data(canary.utf8)) == nil, "\(canary) is in \(file.name)")
      }
    }
    // A canary that could not be found at all would show nothing.
    let home = try Data(contentsOf: scratch.url.appendingPathComponent("phone/credentials.json"))
    #expect(home.range(of: Data(tokens[0].utf8)) != nil)
    let database = try Data(contentsOf: scratch.url.appendingPathComponent("storyline.sqlite"))
    #expect(database.range(of: Data(Self.article.utf8)) != nil)
  }

  private static let article = "2008-04-04-bucharest"

  /// What a reader does in a day.
  private func read(at service: LiveService, home: String, invite: String) throws {
    let steps: [([String], String?)] = [
      (["login", service.address, "--ca", service.authority], invite + "\n"),
      (["sync"], nil), (["now"], nil), (["read", Self.article], nil), (["save", Self.article], nil),
      (["search", "canarysearch"], nil), (["positions", "--at", "2023-07-12"], nil), (["sync"], nil),
      (["devices", "list"], nil), (["status"], nil),
    ]
    for (arguments, input) in steps {
      let result = try service.storyline(arguments, home: home, input: input)
      #expect(result.status == 0, "\(arguments): \(result.errors)")
    }
  }

  /// Every address of the service, asked by somebody who tells too much about himself.
  private func ask(_ service: LiveService) async throws {
    let transport = try service.transport()
    let headers: [TransportRequest.Header] = [
      .init("user-agent", "canaryAgent/1.0"), .init("referer", "https://canaryReferer.example/"),
      .init("x-forwarded-for", "203.0.113.77"), .init("forwarded", "for=203.0.113.77"),
    ]
    for route in Route.allCases where route != .live {
      for suffix in ["", "?canaryquery=1"] {
        let path = route.path.replacingOccurrences(of: "{id}", with: "canaryquery")
          .replacingOccurrences(of: "{sha256}", with: "canaryquery")
        let answer = try await transport.send(
          TransportRequest(method: route.method, path: path + suffix, headers: headers, body: nil))
        #expect(answer.status < 500, "\(route)")
      }
    }
    try await transport.shutdown()
  }

  private func secrets(in file: String) throws -> [String] {
    let text = try String(contentsOfFile: file, encoding: .utf8)
    return text.matches(of: /sl[ar]_[A-Za-z0-9_-]{20,}/).map { String($0.output) }
  }

  private struct Left {
    let name: String
    let isOutput: Bool
  }

  /// What the service wrote, the secret that keys the digests left out: it is random and no reader's.
  private func files(in scratch: Scratch) throws -> [Left] {
    try FileManager.default.contentsOfDirectory(atPath: scratch.path).compactMap { name in
      if name.hasPrefix("storylined-") || name == "metrics" { return Left(name: name, isOutput: true) }
      let isKept = name.hasPrefix("storyline.sqlite") || name.hasPrefix("backup.sqlite")
      let isData = isKept && ![".pepper", ".lock", ".socket"].contains { name.hasSuffix($0) }
      return isData ? Left(name: name, isOutput: false) : nil
    }
  }
}
