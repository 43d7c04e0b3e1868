import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import StorylineClient
import StorylineModels
import StorylineSeeds
import StorylineServer
import StorylineStore
import StorylineTestSupport
import Testing

/// From the editor's file to the reader's second device, through the real programs and their real protocol.
@Suite struct MainJobTests {
  static let raw = """
    Ministers Meet While Kyiv Waits For Word

    The answer will not come this week.

    Lisbon: The ministers sat down on Monday without a draft text. Nobody expected one.

    A diplomat called the mood “patient”, which in this building is not praise.

    What Kyiv Asks

    The answer will not come this week. Kyiv asks for a date, or at least for a sentence that names one.

    Also Read | Harbour Opens After Storm

    It has asked before.

    Kyiv invitation, ministers Lisbon, alliance consensus, draft text

    Recent News
    """

  @Test func `an editor's file is read on two devices with the network gone, and a mark travels between them`()
    async throws
  {
    let scratch = try Scratch()
    try scratch.write(Self.raw, to: "story/ministers-meet.txt")
    let applied = try LiveService.admin(["apply", scratch.file("story")], in: scratch)
    #expect(applied.contains("1") && !applied.isEmpty)
    let invite = try LiveService.invite(devices: 2, in: scratch)
    let service = try await LiveService.start(in: scratch)
    for device in ["phone", "tablet"] {
      let login = try service.storyline(
        ["login", service.address, "--ca", service.authority], home: device, input: invite + "\n")
      try #require(login.status == 0, "\(login.errors)")
      let sync = try service.storyline(["sync"], home: device)
      try #require(sync.status == 0, "\(sync.errors)")
    }
    #expect(try service.storyline(["mark", "read", "ministers-meet"], home: "phone").status == 0)
    #expect(try service.storyline(["sync"], home: "phone").status == 0)
    #expect(try service.storyline(["sync"], home: "tablet").status == 0)
    #expect(service.program.terminate() == 0)

    let page = try LiveService.storyline(["read", "ministers-meet", "--width", "60"], home: "tablet", in: scratch)
    #expect(page.status == 0)
    for words in [
      "Ministers Meet While Kyiv Waits For Word", "LISBON", "What Kyiv Asks", "Harbour Opens After Storm",
      "It has asked before.",
    ] {
      #expect(page.output.localizedCaseInsensitiveContains(words), "\(words)")
    }
    #expect(!page.output.contains("Recent News"))
    let articles = try LiveService.storyline(["articles", "--json"], home: "tablet", in: scratch)
    #expect(articles.output.filter { !$0.isWhitespace }.contains("\"isRead\":true"))
  }

  @Test func `applying the same folder again changes nothing and moves no cursor`() async throws {
    let scratch = try Scratch()
    let seeds = Program.repository.appendingPathComponent("seeds/ukraine-nato").path
    try LiveService.admin(["apply", seeds], in: scratch)
    let options = StoreOptions(pepper: try Pepper.loadOrCreate(at: scratch.file("storyline.sqlite.pepper")))
    let before = try StoryStore.open(at: scratch.file("storyline.sqlite"), options: options)
    let head = try await before.contentHead()
    try before.close()
    try LiveService.admin(["apply", seeds], in: scratch)
    let after = try StoryStore.open(at: scratch.file("storyline.sqlite"), options: options)
    #expect(try await after.contentHead() == head)
    try after.close()
  }

  @Test func `the shipped story has no fault`() throws {
    let scratch = try Scratch()
    let result = try Program.run(
      LiveService.tool("storyline-admin"),
      ["lint", Program.repository.appendingPathComponent("seeds/ukraine-nato").path], logsIn: scratch.url)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }

  @Test func `a port that is taken is named, and nothing is left running`() async throws {
    let scratch = try Scratch()
    let service = try await LiveService.start(in: scratch)
    let second = try Scratch()
    try LiveService.admin(["certificate", "--directory", second.file("tls")], in: second)
    let result = try Program.run(
      LiveService.tool("storylined"),
      [
        "--database-path", second.file("storyline.sqlite"), "--listen-port", "\(service.port)", "--tls-certificate",
        second.file("tls/server.pem"), "--tls-key", second.file("tls/server.key"),
      ], logsIn: second.url)
    #expect(result.status == 1)
    #expect(result.errors.contains("\(service.port)"), "\(result.errors)")
    #expect(service.program.terminate() == 0)
  }
}

/// The real engine against the real router, without a socket between them.
@Suite struct InProcessTests {
  @Test func `a device syncs the shipped story and a second one hears of its mark`() async throws {
    let store = try StoryStore.inMemory(options: StoreOptions(pepper: .random()))
    let folder = Program.repository.appendingPathComponent("seeds/ukraine-nato").path
    let commit = try await Self.commit(of: folder, for: store)
    _ = try await store.publish(commit)
    let application = try buildApplication(
      store: store, configuration: ServerConfiguration(), logger: Logger(label: "test"))
    try await application.test(.router) { client in
      let transport = RouterTransport(client: client)
      let invite = try await store.createInvite(scope: Scope.reader, devices: 2, validFor: 600).text
      var engines: [(Replica, SyncEngine)] = []
      for _ in 0..<2 {
        let reply = try await Enroller(transport: transport).redeem(
          invite: invite, deviceName: nil, requestID: UUID().uuidString)
        let replica = try Replica.inMemory()
        engines.append(
          (
            replica,
            SyncEngine(
              replica: replica, credentials: Credentials(server: "https://localhost", trust: .system, reply: reply),
              transport: transport)
          ))
      }
      let (phone, phoneEngine) = engines[0]
      let (tablet, tabletEngine) = engines[1]
      _ = try await phoneEngine.sync()
      _ = try await tabletEngine.sync()
      #expect(try phone.articles().count == commit.entities.count { $0.kind == .article })
      #expect(try tablet.story()?.id == "ukraine-nato")

      try phone.setRead(true, article: "2008-04-04-bucharest")
      #expect(try phone.status().pending == 1)
      _ = try await phoneEngine.sync()
      #expect(try phone.status().pending == 0)
      _ = try await tabletEngine.sync()
      #expect(try tablet.articles().first { $0.id == "2008-04-04-bucharest" }?.isRead == true)
    }
    try store.close()
  }

  private static func commit(of folder: String, for store: StoryStore) async throws -> ContentCommit {
    let plan = SeedFolder.read(folder).plan(against: try await store.contentRecords())
    for image in plan.media {
      try await store.keepMedia(try #require(image.contents()), as: image.id, name: image.name)
    }
    return ContentCommit(entities: plan.entities, author: "test")
  }
}
