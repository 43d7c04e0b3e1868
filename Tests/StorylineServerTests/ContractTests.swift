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
        $0.limits.mediaBytes = 65_536
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
      try await showImages(recorder, service: service, token: token)
      try await invite(recorder, service: service)
      try await operate(recorder, service: service)
      try await useTheAccount(recorder, token: token)
      return await recorder.lines
    }
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
      let image = Ask(.editorMediaUpload, id: String(repeating: "0", count: 64), query: "name=a.png")
      _ = try await recorder.send(try editor.prove(image).with(.contentType, "image/png"))
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
