import Foundation
import HTTPTypes
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineServer

/// Every route, asked by everybody, against the table of docs/authorization.md.
@Suite(.timeLimit(.minutes(5))) struct AuthorizationMatrixTests {
  /// The columns of the table, in their order.
  enum Asker: String, CaseIterable {
    case none, malformed, expired, revoked, reader, editor, admin, other
  }

  /// Routes that anybody may call. A new one has to be put here on purpose.
  static let open: Set<Route> = [
    .config, .healthLive, .healthReady, .token, .tokenRevoke, .deviceAuthorization, .authorizationServer, .openAPI,
  ]

  static func table() throws -> [String: [String]] {
    let file = Repository.root.appending(path: "docs/authorization.md")
    let rows = try String(contentsOf: file, encoding: .utf8).matches(of: /\| ([A-Z]+) \| `(\/[^`]*)` \|([^\n]*)\|/)
    return Dictionary(
      uniqueKeysWithValues: rows.map { row in
        (
          "\(row.1) \(row.2)",
          row.3.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        )
      })
  }

  @Test func `the table has every route and no other`() throws {
    let routes = Route.allCases.map { "\($0.method.rawValue) \($0.path)" }
    #expect(Set(try Self.table().keys) == Set(routes))
    for (route, cells) in try Self.table() { #expect(cells.count == Asker.allCases.count, "\(route)") }
  }

  @Test func `a route is closed unless it is on the list of open ones`() {
    for route in Route.allCases {
      switch route.access {
      case .open: #expect(Self.open.contains(route), "\(route) is open")
      case .content, .scope: #expect(!Self.open.contains(route), "\(route) is closed")
      }
    }
  }

  @Test(arguments: Route.allCases)
  func `everybody gets what the table says`(route: Route) async throws {
    let expected = try #require(try Self.table()["\(route.method.rawValue) \(route.path)"])
    var actual: [String] = []
    for asker in Asker.allCases {
      actual.append(try await Self.status(of: route, for: asker))
    }
    #expect(actual == expected, "\(route)")
  }

  private static func status(of route: Route, for asker: Asker) async throws -> String {
    let clock = ManualTime()
    return try await TestService.run(on: .inProcess, clock: { clock.now }, lives: TokenLives()) { service in
      let account = try await Account(in: service.store)
      let ask = try await account.ask(route, service: service)
      let answer: Answer
      switch asker {
      case .none: answer = try await service.send(ask)
      case .malformed: answer = try await service.send(ask.with(.authorization, "Bearer nonsense"))
      case .expired:
        let token = try await account.token()
        clock.advance(seconds: 601)
        answer = try await service.send(ask.with(.authorization, "Bearer \(token)"))
      case .revoked:
        let enrolment = try await account.enrol()
        _ = try await service.store.authenticate(token: enrolment.accessToken)
        _ = try await service.store.revokeDevice(enrolment.device, of: enrolment.reader)
        answer = try await service.send(ask.with(.authorization, "Bearer \(enrolment.accessToken)"))
      case .reader: answer = try await service.send(ask.with(.authorization, "Bearer \(account.token())"))
      case .editor: answer = try await account.send(ask, Scope.reader.union(Scope.editor), service)
      case .admin: answer = try await account.send(ask, Scope.everything, service)
      case .other:
        let other = try await Account(in: service.store)
        answer = try await service.send(ask.with(.authorization, "Bearer \(other.token())"))
      }
      return String(answer.status)
    }
  }

  /// A reader with a device, an export and whatever else a route may ask about.
  private struct Account {
    let store: StoryStore
    let reader: ReaderID
    /// The device that is asked about.
    let device: DeviceID

    init(in store: StoryStore) async throws {
      self.store = store
      let invite = try await store.createInvite(scope: Scope.reader, validFor: 60)
      let first = try await store.redeem(InviteRedemption(invite: invite.text, requestID: UUID().uuidString))
      (reader, device) = (first.reader, first.device)
    }

    func enrol(_ scope: Set<Scope> = Scope.reader, key: Data? = nil) async throws -> Enrolment {
      let invite = try await store.createInvite(scope: scope, for: reader, validFor: 60)
      return try await store.redeem(
        InviteRedemption(invite: invite.text, requestID: UUID().uuidString, key: key))
    }

    func token() async throws -> String { try await enrol().accessToken }

    /// With a key, whose proof such tokens need.
    func send(_ ask: Ask, _ scope: Set<Scope>, _ service: TestService) async throws -> Answer {
      let key = TestKey()
      let token = try await enrol(scope, key: key.thumbprint).accessToken
      // At the addresses where tokens are had, a proof is for the key and not for a token.
      let route = Route.at(String(ask.path.prefix { $0 != "?" })).routes.first
      if route?.access == .open { return try await service.send(ask.with(.authorization, "DPoP \(token)")) }
      return try await service.send(ask, provenBy: key, token: token)
    }

    /// A request that is right in every way, and is about this account where it is about one.
    func ask(_ route: Route, service: TestService) async throws -> Ask {
      let form = { (text: String) in Ask(route).sending(text, as: MediaTypes.form) }
      switch route {
      case .contentChanges: return Ask(route, query: "after=start")
      case .live: return Ask(route, query: "wait=0")
      case .contentSnapshot:
        _ = try await store.publishSnapshot()
        return Ask(route)
      case .snapshotManifest: return Ask(route, id: try await store.publishSnapshot().id)
      case .snapshotPart:
        return Ask(route, id: try #require(try await store.publishSnapshot().parts.first).fileName)
      case .librarySync: return try Ask(route).sending(SampleStory.push(1))
      case .exportFetch: return Ask(route, id: try await store.createExport(for: reader).id)
      case .deviceRename: return Ask(route, id: device.description).sending("{\"name\":\"x\"}")
      case .deviceRevoke: return Ask(route, id: device.description)
      case .token:
        let invite = try await store.createInvite(scope: Scope.reader, validFor: 3600)
        return form(ServiceTests.grant(invite: invite.text, request: UUID()))
      case .tokenRevoke: return form("token=x")
      case .deviceAuthorization: return form("device_name=x")
      case .deviceLookup: return form("user_code=\(try await store.requestDevice(DeviceRequest()).userCode)")
      case .deviceDecision:
        let code = try await store.requestDevice(DeviceRequest())
        return form("user_code=\(code.userCode)&decision=approve&match=\(code.match)")
      case .editorCommit:
        return Ask(route).sending(SampleEdit.source("New Desk"))
          .with(try #require(HTTPField.Name.idempotencyKey), "matrix-commit")
      case .adminDeviceRevoke: return Ask(route, id: device.description)
      case .media:
        let image = SampleImage.png()
        try await store.keepMedia(image, as: try MediaTests.id(of: image), name: "a.png")
        var article = SampleStory.article(9)
        article.blocks.append(Block(id: "b2", role: .image, url: try MediaTests.id(of: image).address))
        _ = try await store.publish(ContentCommit(entities: [.article(article)], author: "test"))
        return Ask(route, id: try MediaTests.id(of: image).description)
      case .editorMediaFile, .editorMediaRemove:
        let image = SampleImage.png()
        try await store.keepMedia(image, as: try MediaTests.id(of: image), name: "a.png")
        return Ask(route, id: try MediaTests.id(of: image).description)
      case .editorMediaUpload: return try MediaTests.upload(SampleImage.png())
      case .editorCommitDetail: return Ask(route, id: "1")
      case .inviteCreate: return try Ask(route).sending(InviteRequest(scope: Scope.reader, expiresIn: 60))
      case .config, .healthLive, .healthReady, .contentHead, .libraryChanges, .exportCreate, .libraryErase,
        .accountErase, .deviceList, .devicesRevokeOthers, .editorHistory, .editorSchedule, .editorRecords,
        .editorMediaList, .authorizationServer, .openAPI, .adminDeviceList, .adminMetrics:
        return Ask(route)
      }
    }
  }
}
