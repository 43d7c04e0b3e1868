import Foundation
import HTTPTypes
import StorylineModels

/// One request of a test.
struct Ask: Sendable {
  var method: HTTPRequest.Method
  var path: String
  var headers: HTTPFields = [:]
  var body: Data?

  init(_ method: HTTPRequest.Method = .get, _ path: String, token: String? = nil) {
    self.method = method
    self.path = path
    if let token { headers[.authorization] = "Bearer \(token)" }
  }

  init(_ route: Route, query: String = "", token: String? = nil) {
    self.init(Self.method(of: route), route.path + (query.isEmpty ? "" : "?" + query), token: token)
  }

  private static func method(of route: Route) -> HTTPRequest.Method {
    switch route.method {
    case .get: .get
    case .post: .post
    case .put: .put
    case .patch: .patch
    case .delete: .delete
    }
  }

  /// With `id` in the route's address.
  init(_ route: Route, id: String, query: String = "", token: String? = nil) {
    self.init(Self.method(of: route), route.path(id: id) + (query.isEmpty ? "" : "?" + query), token: token)
  }

  func with(_ name: HTTPField.Name, _ value: String) -> Ask {
    var copy = self
    copy.headers[name] = value
    return copy
  }

  func sending(_ text: String, as type: String = "application/json") -> Ask {
    sending(Data(text.utf8), as: type)
  }

  func sending(_ data: Data, as type: String = "application/json") -> Ask {
    var copy = with(.contentType, type)
    copy.body = data
    return copy
  }

  func sending(_ value: some Encodable) throws -> Ask { sending(try StorylineJSON.encode(value)) }
}

/// What came back.
struct Answer: Sendable {
  var status: Int
  /// Lower-case names.
  var headers: [String: String]
  var body: Data

  var text: String { String(decoding: body, as: UTF8.self) }

  func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
    try StorylineJSON.decode(type, from: body)
  }

  func problem() throws -> Problem { try decoded() }
}

/// Something that requests can be sent to: the router in this process, or the service behind a socket.
protocol Caller: Sendable {
  func send(_ ask: Ask) async throws -> Answer
}

/// Keeps every exchange that passes through it.
actor Recorder: Caller {
  private let base: any Caller
  private(set) var lines: [String] = []

  init(_ base: any Caller) { self.base = base }

  func send(_ ask: Ask) async throws -> Answer {
    let answer = try await base.send(ask)
    lines.append(try Self.line(ask, answer))
    return answer
  }

  private struct Line: Encodable {
    struct Request: Encodable {
      var type: String
      var body: String
    }
    struct Response: Encodable {
      var headers: [String: String]
      var body: String
    }
    var method: String
    var path: String
    var request: Request?
    var status: Int
    var response: Response
  }

  private static func line(_ ask: Ask, _ answer: Answer) throws -> String {
    let request = ask.body.map { body in
      Line.Request(type: ask.headers[.contentType] ?? "", body: String(decoding: body, as: UTF8.self))
    }
    let line = Line(
      method: ask.method.rawValue, path: ask.path, request: request, status: answer.status,
      response: .init(headers: answer.headers, body: answer.text))
    return String(decoding: try StorylineJSON.encode(line), as: UTF8.self)
  }
}
