import Foundation
import HTTPTypes
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineServer

/// What is asked to have every kind of answer; each part leaves the service usable for the next.
extension ContractTests {
  /// Each route with a wrong method, an unknown parameter, too long an address, and tokens that do not do.
  static func visitEveryRoute(_ caller: Recorder, service: TestService, token: String) async throws {
    let (reader, librarian) = (
      try await service.token([.storyRead]), try await service.token([.libraryReadWrite])
    )
    let editor = try await service.editor()
    let admin = try await service.editor(Scope.everything)
    for route in Route.allCases {
      // Whoever erases a library or an account cannot go on with it.
      let token = route.method == .delete ? try await service.token() : token
      func signed(_ ask: Ask) throws -> Ask {
        switch route.access {
        case .scope(.storyEdit): try editor.prove(ask)
        case .scope(.admin): try admin.prove(ask)
        default: ask.with(.authorization, "Bearer \(token)")
        }
      }
      // A method that no address of this path knows.
      let known = Set(Route.at(route.path).routes.flatMap(\.methods))
      let wrong = try #require([HTTPRequest.Method.put, .delete, .patch].first { !known.contains($0) })
      _ = try await caller.send(try signed(Ask(wrong, route.path)))
      _ = try await caller.send(try signed(Ask(route, query: "x=1")).sending("{}"))
      let long = String(repeating: "x", count: 2100)
      _ = try await caller.send(try signed(Ask(route, query: "after=\(long)")))
      // Events would never end.
      let query = route == .contentChanges ? "after=start" : route == .live ? "wait=0" : ""
      for wrong in [nil, "nonsense", reader, librarian] where route.access != .open {
        _ = try await caller.send(Ask(route, query: query, token: wrong))
      }
      if route.method == .get {
        _ = try await caller.send(try signed(Ask(route, query: query)))
      } else {
        _ = try await caller.send(try signed(Ask(route)).sending("{}", as: "text/plain"))
        let large = String(repeating: "x", count: 10_000)
        _ = try await caller.send(
          try signed(Ask(route)).sending(large, as: route.isOAuth ? MediaTypes.form : MediaTypes.json))
      }
    }
  }

  static func readTheStory(_ caller: Recorder, token: String) async throws {
    var after = Cursor.start
    var more = true
    while more {
      let ask = Ask(.contentChanges, query: "after=\(after)", token: token)
      let answer = try await caller.send(ask)
      _ = try await caller.send(ask.with(.ifNoneMatch, answer.headers["etag"] ?? ""))
      let page = try ContentPage(parsing: answer.body)
      (after, more) = (page.cursor, page.more)
    }
    _ = try await caller.send(Ask(.contentHead, token: token).with(.ifNoneMatch, "*"))
  }

  static func takeASnapshot(_ caller: Recorder, store: StoryStore, token: String) async throws {
    let manifest = try await store.publishSnapshot()
    let part = try #require(manifest.parts.first)
    let redirect = try await caller.send(Ask(.contentSnapshot, token: token))
    #expect(redirect.status == 307)
    for ask in [
      Ask(.snapshotManifest, id: manifest.id, token: token), Ask(.snapshotPart, id: part.fileName, token: token),
    ] {
      let answer = try await caller.send(ask)
      _ = try await caller.send(ask.with(.ifNoneMatch, answer.headers["etag"] ?? ""))
      for wrong in [nil, "nonsense", try await libraryToken(store)] {
        _ = try await caller.send(Ask(.get, ask.path, token: wrong))
      }
      _ = try await caller.send(Ask(.head, ask.path, token: token))
      _ = try await caller.send(Ask(.delete, ask.path, token: token))
    }
    let ask = Ask(.snapshotPart, id: part.fileName, query: "bust=0123abcd", token: token)
    #expect(try await caller.send(ask.with(.range, "bytes=1-9")).status == 206)
    let plain = Ask(.snapshotPart, id: part.fileName, token: token)
    #expect(try await caller.send(plain.with(.range, "bytes=\(part.bytes)-")).status == 416)
    _ = try await caller.send(Ask(.contentHead, token: token))
    // Nothing of the sample story is as old as its deletions then.
    let collection = try await store.collectTombstones(olderThan: .zero)
    #expect(collection.collected == 1)
    let expired = try await caller.send(Ask(.contentChanges, query: "after=start", token: token))
    #expect(try expired.problem().snapshot == redirect.headers["location"])
  }

  private static func libraryToken(_ store: StoryStore) async throws -> String {
    let invite = try await store.createInvite(scope: [.libraryReadWrite], validFor: 3600)
    return try await store.redeem(InviteRedemption(invite: invite.text, requestID: UUID().uuidString)).accessToken
  }

  static func useTheLibrary(_ caller: Recorder, token: String) async throws {
    var push = SampleStory.push(5)
    // One of each result: applied, superseded, clock-ahead, rejected; and all of them again, which are the same.
    push.mutations[1].payload = String(repeating: "x", count: 600)
    push.mutations[2].stamp = "ffffffffffff-0000-9f2c4e1a77b0c3d2"
    push.mutations[4].deleted = true
    push.mutations[4].payload = nil
    _ = try await caller.send(Ask(.librarySync, token: token).sending(push))
    _ = try await caller.send(Ask(.librarySync, token: token).sending(push))
    push.mutations[0].stamp = "0100f2d3a4b5-0000-9f2c4e1a77b0c3d2"
    let answer = try await caller.send(Ask(.librarySync, token: token).sending(push))
    let response = try answer.decoded(as: LibrarySyncResponse.self)
    #expect(response.results.map(\.status).contains(.superseded))
    #expect(response.results.map(\.status).contains(.clockAhead))
    #expect(response.results.map(\.status).contains(.rejected))
    for query in ["", "empty=1", "limit=1", "after=\(response.cursor)"] {
      _ = try await caller.send(Ask(.libraryChanges, query: query, token: token))
    }
  }

  /// Export, erasure, and what the other devices are told.
  static func useTheAccount(_ caller: Recorder, token: String) async throws {
    let push = try await caller.send(Ask(.librarySync, token: token).sending(SampleStory.push(0)))
    let cursor = try push.decoded(as: LibrarySyncResponse.self).cursor
    let export = try await caller.send(Ask(.exportCreate, token: token)).decoded(as: LibraryExport.self)
    let path = Route.exportFetch.path(id: export.id)
    #expect(try await caller.send(Ask(.get, path, token: token)).status == 200)
    #expect(try await caller.send(Ask(.libraryErase, token: token)).status == 204)
    let purged = try await caller.send(Ask(.libraryChanges, query: "after=\(cursor)", token: token))
    #expect(purged.status == 410)
    let erased = try await caller.send(Ask(.librarySync, token: token).sending(SampleStory.push(1)))
    #expect(try erased.decoded(as: LibrarySyncResponse.self).results.map(\.status) == [.rejected])
    #expect(try await caller.send(Ask(.accountErase, token: token)).status == 204)
    for ask in [Ask(.get, path, token: token), Ask(.libraryChanges, token: token), Ask(.contentHead, token: token)] {
      #expect(try await caller.send(ask).status == 410)
    }
  }

  /// Each answer of the editor's addresses.
  static func publishAsEditor(_ caller: Recorder, service: TestService) async throws {
    let editor = try await service.editor()
    let bodies = [
      SampleEdit.source("Contract Desk"), SampleEdit.removal(rev: 0), SampleEdit.scheduled, SampleEdit.unscheduled,
      SampleEdit.source("Contract Desk", id: "another"), #"{"author":"desk","changes":[]}"#, #"{"author":"desk"}"#,
    ]
    let key = try #require(HTTPField.Name.idempotencyKey)
    let large = try editor.prove(Ask(.editorCommit)).with(key, "contract-large")
    _ = try await caller.send(large.sending(String(repeating: "x", count: 120_000)))
    let plain = try editor.prove(Ask(.editorCommit)).with(key, "contract-plain")
    _ = try await caller.send(plain.sending("{}", as: "text/plain"))
    for (number, body) in bodies.enumerated() {
      for text in ["contract-\(number)", "contract-\(number)", nil] {
        var ask = try editor.prove(Ask(.editorCommit)).sending(body)
        if let text { ask = ask.with(key, text) }
        _ = try await caller.send(ask)
      }
      _ = try await caller.send(try editor.prove(Ask(.editorSchedule)))
    }
    _ = try await caller.send(
      try editor.prove(Ask(.editorCommit)).sending(SampleEdit.unscheduled).with(key, "contract-0"))
    for query in ["", "limit=1", "before=2", "limit=0", "limit=x"] {
      _ = try await caller.send(try editor.prove(Ask(.editorHistory, query: query)))
    }
    for id in ["1", "3", "99", "x"] { _ = try await caller.send(try editor.prove(Ask(.editorCommitDetail, id: id))) }
    for query in ["", "after=article.a", "after=x"] {
      _ = try await caller.send(try editor.prove(Ask(.editorRecords, query: query)))
    }
  }

  /// An image is sent, found, published and read.
  static func showImages(_ caller: Recorder, service: TestService, token: String) async throws {
    let editor = try await service.editor()
    let image = SampleImage.png(shade: 9, padding: 700)
    let id = try MediaTests.id(of: image).description
    for ask in [
      try MediaTests.upload(image), try MediaTests.upload(image, as: "text/plain"),
      try MediaTests.upload(image, name: "a.jpg"), try MediaTests.upload(image, at: "x"),
      try MediaTests.upload(SampleImage.png(padding: 70_000)),
    ] {
      _ = try await caller.send(try editor.prove(ask))
    }
    for wrong in [nil, "nonsense", token] {
      var ask = try MediaTests.upload(image)
      if let wrong { ask = ask.with(.authorization, "Bearer \(wrong)") }
      _ = try await caller.send(ask)
    }
    for query in ["", "after=\(id)", "after=x"] {
      _ = try await caller.send(try editor.prove(Ask(.editorMediaList, query: query)))
    }
    _ = try await service.store.publish(
      ContentCommit(
        entities: [
          .article(
            Article(
              id: "article-9", story: SampleStory.id, headline: "H",
              blocks: [
                Block(id: "b1", role: .image, url: Route.media.path(id: id), alt: "A summit"),
                Block(id: "b2", role: .paragraph, text: "Words."),
              ]))
        ], author: "test"))
    for route in [Route.media, .editorMediaFile] {
      func signed(_ ask: Ask) throws -> Ask {
        route == .media ? ask.with(.authorization, "Bearer \(token)") : try editor.prove(ask)
      }
      let size = image.count
      for (name, value) in [(HTTPField.Name.range, "bytes=1-9"), (.range, "bytes=\(size)-"), (.ifNoneMatch, "*")] {
        _ = try await caller.send(try signed(Ask(route, id: id)).with(name, value))
      }
      _ = try await caller.send(try signed(Ask(route, id: id)))
      _ = try await caller.send(try signed(Ask(.head, route.path(id: id))))
      _ = try await caller.send(try signed(Ask(route, id: String(repeating: "0", count: 64))))
    }
    let remove = { (id: String) in try await caller.send(try editor.prove(Ask(.editorMediaRemove, id: id))).status }
    #expect(try await remove(id) == 409)
    _ = try await service.store.publish(
      ContentCommit(removals: [.init(kind: .article, id: "article-9", reason: "retracted")], author: "test"))
    #expect(try await remove(id) == 204)
    #expect(try await remove(id) == 404)
  }

  /// Each answer of the operator's addresses.
  static func operate(_ caller: Recorder, service: TestService) async throws {
    let admin = try await service.editor(Scope.everything)
    let list = try await caller.send(try admin.prove(Ask(.adminDeviceList))).decoded(as: AdministeredDevices.self)
    _ = try await caller.send(try admin.prove(Ask(.adminMetrics)))
    let device = try #require(list.devices.first)
    for query in ["account=\(device.account)", "account=x", "after=\(device.id)", "after=x"] {
      _ = try await caller.send(try admin.prove(Ask(.adminDeviceList, query: query)))
    }
    let other = try await service.store.createInvite(scope: Scope.reader, validFor: 60)
    let enrolled = try await service.store.redeem(
      InviteRedemption(invite: other.text, requestID: UUID().uuidString))
    for id in [enrolled.device.description, enrolled.device.description, "x"] {
      _ = try await caller.send(try admin.prove(Ask(.adminDeviceRevoke, id: id)))
    }
  }

  /// An operator makes invites, and asks for some that cannot be.
  static func invite(_ caller: Recorder, service: TestService) async throws {
    let admin = try await service.editor(Scope.everything)
    let nobody = String(repeating: "0", count: 32)
    let made = try await caller.send(
      try admin.prove(Ask(.inviteCreate)).sending(InviteRequest(scope: Scope.editor, devices: 2, expiresIn: 3600)))
    #expect(made.status == 200)
    for wrong in [
      InviteRequest(scope: [], expiresIn: 60), InviteRequest(scope: Scope.reader, devices: 11, expiresIn: 60),
      InviteRequest(scope: Scope.reader, expiresIn: 0), InviteRequest(scope: Scope.reader, expiresIn: 1_300_000),
      InviteRequest(scope: Scope.reader, expiresIn: 60, accountID: nobody),
      InviteRequest(scope: [Scope(rawValue: "root")], expiresIn: 60),
      InviteRequest(scope: Scope.reader, expiresIn: 60, accountID: "me"),
    ] {
      #expect(try await caller.send(try admin.prove(Ask(.inviteCreate)).sending(wrong)).status == 400)
    }
  }

  static func redeemInvites(_ caller: Recorder, store: StoryStore) async throws {
    let invite = try await store.createInvite(scope: Scope.reader, validFor: 3600)
    let form = "grant_type=\(InviteGrant.type)&invite=\(invite.text)&request_id=\(UUID())&device_name=Tablet"
    for text in [form, form, form + "&invite=x", "grant_type=\(InviteGrant.type)", "grant_type=x"] {
      _ = try await caller.send(Ask(.token).sending(text, as: MediaTypes.form))
    }
  }

  /// Devices that are let in, renamed, signed out.
  static func lookAfterDevices(_ caller: Recorder, service: TestService) async throws {
    let token = try await service.token()
    _ = try await caller.send(Ask(.deviceList, token: token))
    let codes = try await caller.send(Ask(.deviceAuthorization).sending("device_name=New", as: MediaTypes.form))
      .decoded(as: DeviceAuthorization.self)
    let poll = Ask(.token).sending(
      "grant_type=\(DeviceCodeGrant.type)&device_code=\(codes.deviceCode)", as: MediaTypes.form)
    #expect(try await caller.send(poll).decoded(as: OAuthError.self).error == .slowDown)
    let code = "user_code=\(codes.userCode)"
    for form in [code, "user_code=BBBB-BBBB"] {
      _ = try await caller.send(Ask(.deviceLookup, token: token).sending(form, as: MediaTypes.form))
    }
    for form in [
      code, code + "&decision=approve&match=1", "user_code=BBBB-BBBB&decision=deny",
      code + "&decision=approve&match=\(codes.match)",
    ] {
      _ = try await caller.send(Ask(.deviceDecision, token: token).sending(form, as: MediaTypes.form))
    }
    let reply = try await caller.send(poll).decoded(as: TokenReply.self)
    let refresh = try #require(reply.refreshToken)
    _ = try await caller.send(
      Ask(.token).sending("grant_type=refresh_token&refresh_token=\(refresh)", as: MediaTypes.form))
    for (id, name) in [(reply.deviceID, "{\"name\":\"Kitchen\"}"), ("0", "{\"name\":\"x\"}"), ("0", "{}")] {
      _ = try await caller.send(Ask(.deviceRename, id: id, token: token).sending(name))
    }
    for id in [reply.deviceID, reply.deviceID] { _ = try await caller.send(Ask(.deviceRevoke, id: id, token: token)) }
    _ = try await caller.send(Ask(.devicesRevokeOthers, token: token))
    _ = try await caller.send(Ask(.tokenRevoke).sending("token=\(token)", as: MediaTypes.form))
    _ = try await caller.send(Ask(.tokenRevoke).sending("token=", as: MediaTypes.form))
    _ = try await caller.send(Ask(.deviceAuthorization).sending("scope=admin", as: MediaTypes.form))
  }
}
