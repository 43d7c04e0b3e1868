import Foundation
import StorylineClient
import StorylineModels
import StorylineStore
import StorylineTestSupport

/// A real store with one reader, and as many devices of hers as a test wants.
struct World {
  let clock: ManualClock
  let store: StoryStore
  let credentials: Credentials

  init(limits: ServiceLimits = ServiceLimits(), clock: ManualClock = ManualClock()) async throws {
    self.clock = clock
    var options = StoreOptions(
      pepper: try Pepper(bytes: Data(repeating: 7, count: 32)), limits: limits, now: clock.now)
    options.lives = .long
    store = try StoryStore.inMemory(options: options)
    credentials = try await Self.enrol(in: store)
  }

  static func enrol(in store: StoryStore) async throws -> Credentials {
    let invite = try await store.createInvite(scope: Scope.reader, validFor: 3600)
    let enrolment = try await store.redeem(
      InviteRedemption(invite: invite.text, requestID: UUID().uuidString, deviceName: "test"))
    return Credentials(
      server: "https://store.test", trust: .system, accessToken: enrolment.accessToken,
      accountID: enrolment.reader.description, deviceID: enrolment.device.description, scope: "")
  }

  var transport: StoreTransport { StoreTransport(store: store, now: clock.now) }

  func replica(node: UInt64 = 1) throws -> Replica { try Replica.inMemory(now: clock.now, random: { node }) }

  func engine(
    _ replica: Replica, _ transport: (any HTTPTransport)? = nil, credentials: Credentials? = nil,
    clock: (any SyncClock)? = nil, limits: SyncLimits = SyncLimits()
  ) -> SyncEngine {
    SyncEngine(
      replica: replica, credentials: credentials ?? self.credentials, transport: transport ?? self.transport,
      clock: clock ?? self.clock, random: { 1 << 63 }, limits: limits)
  }

  /// Publishes, and lets a second pass, so that every commit has its own time.
  @discardableResult
  func publish(_ entities: Entity..., remove: ContentCommit.Removal...) async throws -> PublishResult {
    clock.advance(milliseconds: 1000)
    return try await store.publish(ContentCommit(entities: entities, removals: remove, author: "test"))
  }
}

extension SyncLimits {
  /// Limits under which a few rows make several pages.
  static func small(mutations: Int = 500, rows: Int = 500, retries: Int = 4) -> SyncLimits {
    var service = ServiceLimits()
    service.mutationsPerRequest = mutations
    service.pageRows = rows
    return SyncLimits(service: service, retries: retries)
  }
}

/// Entities with recognisable ids and dates.
enum Sample {
  static let story = Entity.story(Story(id: "ukraine-nato", title: "Ukraine and NATO"))
  static let source = Entity.source(Source(id: "desk", name: "The Desk", type: "publisher"))

  static func article(
    _ id: Identifier<Article>, _ headline: String = "Allies meet", text: String = "They met in Brussels.",
    day: Int = 1, version: Int = 1, status: Article.Status = .usable, tags: [String] = []
  ) -> Entity {
    .article(
      Article(
        id: id, story: "ukraine-nato", headline: headline, standfirst: "What was said", source: "desk",
        publishedAt: Timestamp(String(format: "2024-07-%02dT08:00:00Z", day)), version: version, status: status,
        tags: tags, blocks: [Block(id: "b1", role: .paragraph, text: text)]))
  }

  static func event(_ id: Identifier<Event>, article: Identifier<Article>, date: PartialDate = "2024-07-10") -> Entity {
    .event(
      Event(
        id: id, story: "ukraine-nato", date: date, type: "summit", title: "A summit opens",
        summary: "Thirty-two members meet", place: "Washington", evidence: [evidence(article)]))
  }

  static func quote(_ id: Identifier<Quote>, article: Identifier<Article>) -> Entity {
    .quote(
      Quote(
        id: id, story: "ukraine-nato", text: "The path is irreversible", speaker: "sg",
        date: "2024-07-11", evidence: [evidence(article)]))
  }

  static func position(_ id: Identifier<Position>, article: Identifier<Article>) -> Entity {
    .position(
      Position(
        id: id, story: "ukraine-nato", actor: "hu", topic: "membership", stance: .opposes,
        date: "2024-07", summary: "Would not back an invitation", evidence: [evidence(article)]))
  }

  static func commitment(_ id: Identifier<Commitment>, article: Identifier<Article>) -> Entity {
    .commitment(
      Commitment(
        id: id, story: "ukraine-nato", from: ["nato"], to: ["ua"], title: "Baseline funding", type: .financial,
        amount: DecimalText("40000000000"), currency: "EUR", status: .announced, date: "2024-07-10",
        evidence: [evidence(article)]))
  }

  static func update(_ id: Identifier<Update>, article: Identifier<Article>, type: Update.Kind = .correction) -> Entity
  {
    .update(
      Update(
        id: id, story: "ukraine-nato", target: .init(kind: .article, id: article.rawValue), type: type,
        at: Timestamp(milliseconds: 1_720_771_200_000), note: "The sum was given in dollars"))
  }

  static func evidence(_ article: Identifier<Article>) -> Evidence {
    Evidence(article: article, block: "b1", exact: "met in Brussels")
  }
}

extension PartialDate: ExpressibleByStringLiteral {
  /// Dates in tests are literals; a wrong one fails every test that uses it.
  init(stringLiteral text: String) {
    guard let date = PartialDate(text) else { preconditionFailure("“\(text)” is no date") }
    self = date
  }
}
