import Foundation
import GRDB
import HTTPTypes
import StorylineModels
import StorylineStore
import Testing

@testable import StorylineServer

/// What is wrong with a request, and what it is told.
struct BadInput: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var status: Int
  var code: Problem.Code
  /// Builds the request, given a token of a reader.
  var ask: @Sendable (String) throws -> Ask

  init(_ what: String, _ status: Int, _ code: Problem.Code, _ ask: @escaping @Sendable (String) throws -> Ask) {
    testDescription = what
    self.status = status
    self.code = code
    self.ask = ask
  }

  private static func push(_ text: String, _ token: String) -> Ask {
    Ask(.librarySync, token: token).sending(text)
  }

  static let requestLimit = 4096

  static let table: [BadInput] = [
    BadInput("no token", 401, .unauthorized) { _ in Ask(.contentHead) },
    BadInput("a token that is none", 401, .unauthorized) { _ in Ask(.contentHead, token: "nonsense") },
    BadInput("a token with a wrong character", 401, .unauthorized) { token in
      Ask(.contentHead, token: token.dropLast() + (token.hasSuffix("A") ? "B" : "A"))
    },
    BadInput("two tokens", 401, .unauthorized) { token in
      var ask = Ask(.contentHead, token: token)
      ask.headers.append(HTTPField(name: .authorization, value: "Bearer \(token)"))
      return ask
    },
    BadInput("a token in the address", 400, .unknownParameter) { token in
      Ask(.contentHead, query: "access_token=\(token)", token: token)
    },
    BadInput("an unknown address", 404, .notFound) { Ask(.get, "/v1/articles/1", token: $0) },
    BadInput("another spelling of an address", 404, .notFound) { Ask(.get, "/v1//config", token: $0) },
    BadInput("a slash at the end", 404, .notFound) { Ask(.get, "/v1/config/", token: $0) },
    BadInput("a wrong method", 405, .methodNotAllowed) { Ask(.delete, Route.config.path, token: $0) },
    BadInput("GET of a push", 405, .methodNotAllowed) { Ask(.get, Route.librarySync.path, token: $0) },
    BadInput("a method that nothing here knows", 405, .methodNotAllowed) { token in
      Ask(try #require(HTTPRequest.Method("PROPFIND")), Route.config.path, token: token)
    },
    BadInput("an address without end", 414, .uriTooLong) { token in
      Ask(.contentChanges, query: "after=" + String(repeating: "A", count: 2100), token: token)
    },
    BadInput("an unknown parameter", 400, .unknownParameter) { token in
      Ask(.contentChanges, query: "after=start&page=2", token: token)
    },
    BadInput("a parameter without a name", 400, .unknownParameter) { Ask(.config, query: "=1", token: $0) },
    BadInput("a parameter twice", 400, .badRequest) { token in
      Ask(.contentChanges, query: "after=start&after=start", token: token)
    },
    BadInput("no cursor", 400, .cursorInvalid) { Ask(.contentChanges, token: $0) },
    BadInput("an empty cursor", 400, .cursorInvalid) { Ask(.contentChanges, query: "after=", token: $0) },
    BadInput("a cursor that is none", 400, .cursorInvalid) { token in
      Ask(.contentChanges, query: "after=AAAA", token: token)
    },
    BadInput("a cursor with an escape", 400, .cursorInvalid) { token in
      Ask(.contentChanges, query: "after=st%61rt", token: token)
    },
    BadInput("a cursor that is too long", 400, .cursorInvalid) { token in
      Ask(.libraryChanges, query: "after=" + String(repeating: "A", count: 129), token: token)
    },
    BadInput("a limit of nothing", 400, .badRequest) { Ask(.libraryChanges, query: "limit=0", token: $0) },
    BadInput("a limit that is no number", 400, .badRequest) { Ask(.libraryChanges, query: "limit=+5", token: $0) },
    BadInput("a flag that is none", 400, .badRequest) { Ask(.libraryChanges, query: "empty=yes", token: $0) },
    BadInput("an empty replica with a cursor", 400, .badRequest) { token in
      Ask(.libraryChanges, query: "empty=1&after=AAAA", token: token)
    },
    BadInput("a body without a type", 415, .unsupportedMediaType) { token in
      var ask = push("{}", token)
      ask.headers[.contentType] = nil
      return ask
    },
    BadInput("a body of another type", 415, .unsupportedMediaType) { token in
      Ask(.librarySync, token: token).sending("{}", as: "text/plain")
    },
    BadInput("a body in another charset", 415, .unsupportedMediaType) { token in
      Ask(.librarySync, token: token).sending("{}", as: "application/json; charset=utf-16")
    },
    BadInput("a body in another coding", 415, .unsupportedMediaType) { token in
      push("{}", token).with(.contentEncoding, "br")
    },
    BadInput("no body", 400, .badRequest) { push("", $0) },
    BadInput("a body that is not JSON", 400, .badRequest) { push("mutations=1", $0) },
    BadInput("a body that ends early", 400, .badRequest) { push("{\"mutations\":[", $0) },
    BadInput("a body with something behind it", 400, .badRequest) { push("{\"mutations\":[]} {}", $0) },
    BadInput("a body that is an array", 400, .badRequest) { push("[]", $0) },
    BadInput("a body without its members", 400, .badRequest) { push("{}", $0) },
    BadInput("a member of a wrong type", 400, .badRequest) { push("{\"mutations\":[{\"m\":\"1\"}]}", $0) },
    BadInput("a member twice", 400, .badRequest) { push("{\"mutations\":[],\"mutations\":[]}", $0) },
    BadInput("a member of a mutation twice", 400, .badRequest) { token in
      push("{\"mutations\":[{\"m\":1,\"m\":2,\"kind\":\"read\",\"id\":\"a\",\"stamp\":\"\"}]}", token)
    },
    BadInput("a NUL character", 400, .badRequest) { push("{\"mutations\":[],\"x\":\"\\u0000\"}", $0) },
    BadInput("a byte order mark", 400, .badRequest) { push("\u{FEFF}{\"mutations\":[]}", $0) },
    BadInput("UTF-16", 400, .badRequest) { token in
      Ask(.librarySync, token: token).sending(Data([0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00]))
    },
    BadInput("bytes that are not UTF-8", 400, .badRequest) { token in
      Ask(.librarySync, token: token).sending(
        Data("{\"mutations\":[],\"x\":\"".utf8) + [0xC3, 0x28] + Data("\"}".utf8))
    },
    BadInput("a body nested without end", 400, .badRequest) { token in
      push(String(repeating: "[", count: 2000) + String(repeating: "]", count: 2000), token)
    },
    BadInput("a body over the limit", 413, .requestTooLarge) { token in
      push("{\"mutations\":[],\"x\":\"" + String(repeating: "x", count: requestLimit) + "\"}", token)
    },
    BadInput("more mutations than allowed", 413, .requestTooLarge) { token in
      try Ask(.librarySync, token: token).sending(SampleStory.push(11))
    },
    BadInput("a library cursor that is none", 400, .cursorInvalid) {
      push("{\"after\":\"AAAA\",\"mutations\":[]}", $0)
    },
    BadInput("a push of nothing per page", 400, .badRequest) { push("{\"limit\":0,\"mutations\":[]}", $0) },
    BadInput("a parameter of a push", 400, .unknownParameter) { token in
      Ask(.librarySync, query: "after=start", token: token).sending("{\"mutations\":[]}")
    },
    BadInput("a token request in JSON", 415, .unsupportedMediaType) { _ in Ask(.token).sending("{}") },
    BadInput("a token request over the limit", 413, .requestTooLarge) { _ in
      Ask(.token).sending(String(repeating: "x", count: 9000), as: MediaTypes.form)
    },
    BadInput("a token request that is not UTF-8", 400, .badRequest) { _ in
      Ask(.token).sending(Data([0xC3, 0x28]), as: MediaTypes.form)
    },
  ]
}

@Suite struct BadInputTests {
  @Test(arguments: Backend.allCases)
  func `bad input gets its status and a problem document`(backend: Backend) async throws {
    try await TestService.run(
      on: backend,
      configure: {
        $0.limits.requestBytes = BadInput.requestLimit
        $0.limits.mutationsPerRequest = 10
      }
    ) { service in
      let token = try await service.token()
      for bad in BadInput.table {
        let answer = try await service.send(try bad.ask(token))
        #expect(answer.status == bad.status, "\(bad.testDescription)")
        #expect(answer.headers["content-type"] == MediaTypes.problem, "\(bad.testDescription)")
        #expect(answer.headers["cache-control"] == "no-store", "\(bad.testDescription)")
        let problem = try answer.problem()
        #expect(problem.code == bad.code, "\(bad.testDescription)")
        #expect(problem.status == bad.status, "\(bad.testDescription)")
        #expect(problem.instance == answer.headers["x-request-id"], "\(bad.testDescription)")
        #expect(problem.detail?.isEmpty == false, "\(bad.testDescription)")
        #expect(!answer.text.contains(token), "\(bad.testDescription)")
      }
      // After all that the service is as it was.
      #expect(try await service.send(Ask(.librarySync, token: token).sending(SampleStory.push(1))).status == 200)
    }
  }

  @Test(arguments: Backend.allCases)
  func `the fields that belong to a refusal come with it`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let missing = try await service.send(Ask(.contentHead))
      #expect(missing.headers["www-authenticate"] == "Bearer realm=\"storyline\"")
      let wrong = try await service.send(Ask(.contentHead, token: "nonsense"))
      #expect(wrong.headers["www-authenticate"]?.contains("invalid_token") == true)
      let method = try await service.send(Ask(.post, Route.config.path))
      #expect(method.headers["allow"] == "GET, HEAD")
      let token = try await service.token()
      let coding = try await service.send(
        Ask(.librarySync, token: token).sending("{}").with(.contentEncoding, "br"))
      #expect(coding.headers["accept-encoding"] == "gzip, identity")
    }
  }

  @Test(arguments: Backend.allCases)
  func `a token without the scope is refused and told which it lacks`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let readOnly = try await service.token([.storyRead])
      #expect(try await service.send(Ask(.contentHead, token: readOnly)).status == 200)
      for route in [Route.librarySync, .libraryChanges] {
        let answer = try await service.send(Ask(route, token: readOnly).sending("{\"mutations\":[]}"))
        #expect(answer.status == 403)
        #expect(try answer.problem().code == .forbidden)
        #expect(answer.headers["www-authenticate"]?.contains("scope=\"library:rw\"") == true)
      }
      let libraryOnly = try await service.token([.libraryReadWrite])
      #expect(try await service.send(Ask(.contentHead, token: libraryOnly)).status == 403)
    }
  }

  @Test func `edge case 47: a cursor of one stream is refused by every other`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let (one, other) = (try await service.token(), try await service.token())
      let page = try await service.send(Ask(.librarySync, token: one).sending(SampleStory.push(1)))
        .decoded(as: LibrarySyncResponse.self)
      let head = try await service.send(Ask(.contentHead, token: one)).decoded(as: ContentHead.self)
      let asks = [
        Ask(.libraryChanges, query: "after=\(page.cursor)", token: other),
        Ask(.libraryChanges, query: "after=\(head.cursor)", token: one),
        Ask(.contentChanges, query: "after=\(page.cursor)", token: one),
      ]
      for ask in asks {
        let answer = try await service.send(ask)
        #expect(answer.status == 400)
        #expect(try answer.problem().code == .cursorInvalid)
      }
    }
  }

  @Test func `one bad mutation is refused alone`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let token = try await service.token()
      var push = SampleStory.push(3)
      push.mutations[1].stamp = "yesterday"
      let answer = try await service.send(Ask(.librarySync, token: token).sending(push))
      #expect(answer.status == 200)
      let results = try answer.decoded(as: LibrarySyncResponse.self).results
      #expect(results.map(\.status) == [.applied, .rejected, .applied])
    }
  }

  @Test func `the detail of a refused body names the member`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let token = try await service.token()
      let bodies = [
        ("{}", "“mutations” is missing"), ("{\"mutations\":{}}", "“mutations” is not an array"),
        ("{\"mutations\":[{\"m\":1},{}]}", "“mutations[0].kind” is missing"),
        ("{\"mutations\":[],\"limit\":\"x\"}", "“limit” is not a whole number"),
        ("{\"mutations\":[],\"now\":\"soon\"}", "“now” is not valid"), ("{\"mutations\":nil}", "byte 13"),
      ]
      for (body, detail) in bodies {
        let answer = try await service.send(Ask(.librarySync, token: token).sending(body))
        let problem = try answer.problem()
        #expect(problem.detail?.contains(detail) == true, "\(body): \(problem.detail ?? "")")
      }
    }
  }

  @Test func `a store that fails makes a 503 and never a 401`() async throws {
    let directory = try TestAuthority.temporaryDirectory()
    let file = directory.appending(path: "storyline.sqlite").path
    try await TestService.run(on: .inProcess, database: file) { service in
      let (remembered, unknown) = (try await service.token(), try await service.token())
      #expect(try await service.send(Ask(.contentHead, token: remembered)).status == 200)
      try await Self.destroyTables(of: file)
      // Whoever's token is remembered gets as far as the broken table, and is told the same as everybody.
      for token in [remembered, unknown] {
        for route in [Route.contentHead, .librarySync, .healthReady] {
          let answer = try await service.send(Ask(route, token: token).sending("{\"mutations\":[]}"))
          #expect(answer.status == 503, "\(route)")
          #expect(answer.headers["retry-after"] != nil, "\(route)")
          #expect(try answer.problem().code == .maintenance)
          #expect(!answer.text.contains("no such table"))
        }
      }
      let grant = ServiceTests.grant(invite: "sli-0000-0000-0000-0000-0000-0000")
      let redeem = try await service.send(Ask(.token).sending(grant, as: MediaTypes.form))
      #expect(redeem.status == 503)
      #expect(redeem.headers["retry-after"] != nil)
      #expect(try redeem.decoded(as: OAuthError.self).error == .temporarilyUnavailable)
      #expect(!redeem.text.contains("no such table"))
      #expect(service.log.lines.contains { $0.contains("no such table") })
      #expect(try await service.send(Ask(.healthLive)).status == 200)
    }
    try FileManager.default.removeItem(at: directory)
  }

  /// Takes away what the store keeps its devices, invites and streams in, behind its back.
  private static func destroyTables(of file: String) async throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let database = try DatabaseQueue(path: file, configuration: configuration)
    try await database.write { db in
      for table in ["token", "device", "invite", "library_record", "content_record", "commit_log", "stream"] {
        try db.execute(sql: "DROP TABLE \(table)")
      }
    }
    try database.close()
  }
}
