import AsyncHTTPClient
import Foundation
import HTTPTypes
import NIOCore
import StorylineModels
import StorylineStore
import Testing
import Yams

@testable import StorylineServer

/// `openapi.yaml` and the service, held against each other both ways.
@Suite(.timeLimit(.minutes(3))) struct ContractTests {
  private static let file = Repository.root.appending(path: "openapi.yaml")

  private static func document() throws -> Node {
    try #require(try Yams.compose(yaml: String(contentsOf: file, encoding: .utf8)))
  }

  @Test func `every route is described, and everything described is a route`() throws {
    let paths = try #require(try Self.document()["paths"]?.mapping)
    var described: Set<String> = []
    for (path, item) in paths {
      for (method, operation) in try #require(item.mapping) {
        described.insert("\(method.string?.uppercased() ?? "") \(path.string ?? "")")
        #expect(operation["operationId"]?.string?.isEmpty == false, "\(path)")
      }
    }
    #expect(described == Set(Route.allCases.map { "\($0.method.rawValue) \($0.path)" }))
  }

  @Test func `every query parameter is described, and every described one is known`() throws {
    for route in Route.allCases {
      let operation = try #require(try Self.document()["paths"]?[route.path]?[route.method.rawValue.lowercased()])
      let parameters = operation["parameters"]?.sequence.map(Array.init) ?? []
      let names = parameters.filter { $0["in"]?.string == "query" }.compactMap { $0["name"]?.string }
      #expect(Set(names) == route.queryParameters, "\(route)")
    }
  }

  @Test func `what a route asks for is what its description says`() throws {
    for route in Route.allCases {
      let operation = try #require(try Self.document()["paths"]?[route.path]?[route.method.rawValue.lowercased()])
      let security = try #require(operation["security"]?.sequence.map(Array.init))
      let scopes = security.compactMap { $0["bearer"]?.sequence.map(Array.init) }.joined().compactMap(\.string)
      switch route.access {
      case .open: #expect(security.isEmpty, "\(route)")
      case .content: #expect(scopes == [Scope.storyRead.rawValue] && security.count == 2, "\(route)")
      case .scope(let scope): #expect(scopes == [scope.rawValue] && security.count == 1, "\(route)")
      }
    }
  }

  @Test func `every problem code is described with its status`() throws {
    let codes = try #require(try Self.document()["components"]?["schemas"]?["Problem"]?["x-codes"]?.mapping)
    var described: [String: Int] = [:]
    for (code, status) in codes { described[code.string ?? ""] = status.int }
    let known = Problem.Code.known.map { ($0.rawValue, $0.status) }
    #expect(described == Dictionary(uniqueKeysWithValues: known))
  }

  @Test func `every real answer is as described`() async throws {
    var lines: [String] = []
    for backend in Backend.allCases { lines += try await Self.exchanges(over: backend) }
    lines += try await Self.slowExchanges()
    lines += try await Self.busyExchanges()
    let directory = try TestAuthority.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let exchanges = directory.appending(path: "exchanges.jsonl")
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: exchanges)
    let (status, output) = try Self.validate(exchanges)
    #expect(status == 0, "\(output)")
    #expect(output.contains("\(lines.count) exchanges, 0 faults"), "\(output)")
  }

  /// Every kind of answer that can be had by asking.
  private static func exchanges(over backend: Backend) async throws -> [String] {
    try await TestService.run(
      on: backend,
      configure: {
        $0.limits.requestBytes = BadInput.requestLimit
        $0.limits.mutationsPerRequest = 10
        $0.limits.payloadBytes = 512
        $0.limits.pageRows = 2
        $0.limits.commitBytes = 65_536
        $0.limits.commitRows = 100
      }
    ) { service in
      let recorder = Recorder(service.caller)
      let token = try await service.token()
      for bad in BadInput.table { _ = try await recorder.send(try bad.ask(token)) }
      try await visitEveryRoute(recorder, service: service, token: token)
      try await readTheStory(recorder, token: token)
      try await takeASnapshot(recorder, store: service.store, token: token)
      try await useTheLibrary(recorder, token: token)
      try await redeemInvites(recorder, store: service.store)
      try await lookAfterDevices(recorder, service: service)
      try await publishAsEditor(recorder, service: service)
      try await invite(recorder, service: service)
      try await operate(recorder, service: service)
      try await useTheAccount(recorder, token: token)
      return await recorder.lines
    }
  }

  /// Each route with a wrong method, an unknown parameter, too long an address, and tokens that do not do.
  private static func visitEveryRoute(_ caller: Recorder, service: TestService, token: String) async throws {
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
      _ = try await caller.send(try signed(Ask(.put, route.path)))
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

  private static func readTheStory(_ caller: Recorder, token: String) async throws {
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

  private static func takeASnapshot(_ caller: Recorder, store: StoryStore, token: String) async throws {
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

  private static func useTheLibrary(_ caller: Recorder, token: String) async throws {
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
  private static func useTheAccount(_ caller: Recorder, token: String) async throws {
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
  private static func publishAsEditor(_ caller: Recorder, service: TestService) async throws {
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

  /// Each answer of the operator's addresses.
  private static func operate(_ caller: Recorder, service: TestService) async throws {
    let admin = try await service.editor(Scope.everything)
    let list = try await caller.send(try admin.prove(Ask(.adminDeviceList))).decoded(as: AdministeredDevices.self)
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
  private static func invite(_ caller: Recorder, service: TestService) async throws {
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

  private static func redeemInvites(_ caller: Recorder, store: StoryStore) async throws {
    let invite = try await store.createInvite(scope: Scope.reader, validFor: 3600)
    let form = "grant_type=\(InviteGrant.type)&invite=\(invite.text)&request_id=\(UUID())&device_name=Tablet"
    for text in [form, form, form + "&invite=x", "grant_type=\(InviteGrant.type)", "grant_type=x"] {
      _ = try await caller.send(Ask(.token).sending(text, as: MediaTypes.form))
    }
  }

  /// Devices that are let in, renamed, signed out.
  private static func lookAfterDevices(_ caller: Recorder, service: TestService) async throws {
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

  /// 408, for which somebody must be slow.
  private static func slowExchanges() async throws -> [String] {
    try await TestService.run(on: .http2OverTLS, configure: { $0.requestReadTime = .milliseconds(300) }) { service in
      let token = try await service.token()
      let editor = try await service.editor()
      let client = SocketCaller(
        port: try #require(service.port), authority: try #require(service.authority), isHTTP2: true)
      let recorder = Recorder(SlowCaller(client: client))
      _ = try await recorder.send(Ask(.librarySync, token: token).with(.contentType, MediaTypes.json))
      for route in Route.allCases where route.isOAuth {
        _ = try await recorder.send(Ask(route, token: token).with(.contentType, MediaTypes.form))
      }
      let rename = Ask(.deviceRename, id: String(repeating: "0", count: 32), token: token)
      _ = try await recorder.send(rename.with(.contentType, MediaTypes.json))
      _ = try await recorder.send(
        try editor.prove(Ask(.editorCommit)).with(.contentType, MediaTypes.json)
          .with(try #require(HTTPField.Name.idempotencyKey), "slow-request"))
      let admin = try await service.editor(Scope.everything)
      _ = try await recorder.send(try admin.prove(Ask(.inviteCreate)).with(.contentType, MediaTypes.json))
      try await client.shutdown()
      return await recorder.lines
    }
  }

  /// 204 for who is up to date, and 429 for who asks too often.
  private static func busyExchanges() async throws -> [String] {
    try await TestService.run(
      on: .inProcess,
      configure: {
        $0.limits.requestsPerMinute = 1
        $0.limits.requestBurst = 2
        $0.accessLimits.allFailuresPerMinute = 1
      }
    ) { service in
      let recorder = Recorder(service.caller)
      for route in Route.allCases where route.access == .scope(.libraryReadWrite) {
        let token = try await service.token()
        let principal = try #require(try await service.store.authenticate(token: token))
        let heads = try await service.store.streamHeads(for: principal.reader)
        let current = "content=\(heads.content)&library=\(heads.library)&wait=0"
        for _ in 0..<2 { _ = try await recorder.send(Ask(.live, query: current, token: token)) }
        let ask = Ask(route, query: route == .live ? current : "", token: token)
        let refused = try await recorder.send(route == .librarySync ? try ask.sending(SampleStory.push(1)) : ask)
        #expect(refused.status == 429, "\(route)")
      }
      for route in Route.allCases where [.scope(.storyEdit), .scope(.admin)].contains(route.access) {
        let editor = try await service.editor(Scope.everything)
        for _ in 0..<2 { _ = try await recorder.send(try editor.prove(Ask(.editorHistory))) }
        let refused = try await recorder.send(try editor.prove(Ask(route)))
        #expect(refused.status == 429, "\(route)")
      }
      try await goAroundCaches(recorder, token: try await service.token())
      for route in [Route.token, .token, .tokenRevoke, .deviceAuthorization] {
        let form = route == .tokenRevoke ? "token=x" : "grant_type=\(RefreshGrant.type)&refresh_token=x"
        _ = try await recorder.send(Ask(route).sending(form, as: MediaTypes.form))
      }
      return await recorder.lines
    }
  }

  /// With `bust`, which is there once a minute for each device.
  private static func goAroundCaches(_ caller: Recorder, token: String) async throws {
    for _ in 0..<2 {
      _ = try await caller.send(Ask(.contentChanges, query: "after=start&bust=0123abcd", token: token))
    }
    let part = String(repeating: "a", count: 64) + ".ndjson.gz"
    #expect(try await caller.send(Ask(.snapshotPart, id: part, query: "bust=0123abcd", token: token)).status == 429)
  }

  /// Begins a body and never ends it.
  private struct SlowCaller: Caller {
    let client: SocketCaller

    func send(_ ask: Ask) async throws -> Answer {
      let (chunks, source) = AsyncStream.makeStream(of: ByteBuffer.self)
      source.yield(ByteBuffer(string: "{"))
      defer { source.finish() }
      return try await client.send(ask, body: .stream(chunks, length: .unknown))
    }
  }

  private static func validate(_ exchanges: URL) throws -> (Int32, String) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      try python(), Repository.root.appending(path: "Tests/Contract/validate.py").path, file.path, exchanges.path,
    ]
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    guard !text.contains("ModuleNotFoundError") else {
      return (process.terminationStatus, "Python modules are missing: run make deps-test\n" + text)
    }
    return (process.terminationStatus, text)
  }

  /// The interpreter that has the checkers: named, or the repository's own, or any.
  private static func python() throws -> String {
    if let named = ProcessInfo.processInfo.environment["STORYLINE_PYTHON"] { return named }
    let own = Repository.root.appending(path: ".venv/bin/python").path
    return FileManager.default.isExecutableFile(atPath: own) ? own : "python3"
  }
}
