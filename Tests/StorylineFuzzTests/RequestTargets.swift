import Foundation
import HTTPTypes
import Hummingbird
import StorylineGzip
import StorylineModels

@testable import StorylineServer

/// The JSON bodies of the service, plain or in gzip.
func feedBody(_ data: Data) throws {
  let (choice, rest) = data.choice
  var bytes = rest
  if choice % 4 == 3 {
    guard let inflated = try? Gzip.inflated(rest, limit: 65_536) else { return }
    try promise(inflated.count <= 65_536, "no more is inflated than was allowed")
    bytes = inflated
  }
  guard let text = try? RequestBodyReader.text(of: bytes), let raw = try? JSONBody.checked(text) else { return }
  try promise(JSONBody.offsetOfNUL(in: raw.data) == nil, "no NUL gets in")
  let again = try RawJSON(members: try raw.members())
  try promise(try again.members().map(\.name) == raw.members().map(\.name), "members are kept in their order")
  if let push = try? raw.decoded(as: LibrarySyncRequest.self) { _ = try StorylineJSON.encode(push) }
  _ = try? raw.decoded(as: DeviceRename.self)
  _ = try? raw.decoded(as: JSONValue.self)
  if let request = try? EditorCommitRequest(raw) {
    let same = try EditorCommitRequest(try request.wire())
    try promise(same.changes.count == request.changes.count, "a commit is the same when it is sent on")
    _ = try? EditorCommitReader(limits: ServiceLimits(), story: nil).commit(request)
  }
}

/// An address with its query, and header fields that the service reads itself; one a line.
func feedQuery(_ data: Data) throws {
  let lines = data.text.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
  let path = lines[0]
  var fields = HTTPFields()
  for (name, value) in zip([HTTPField.Name.range, .authorization, .acceptEncoding], lines.dropFirst()) {
    fields[name] = value
  }
  let request = Request(
    head: HTTPRequest(method: .get, scheme: "https", authority: "localhost", path: path, headerFields: fields),
    body: RequestBody(buffer: .init()))
  let (routes, id) = Route.at(request.uri.path)
  for route in routes where id != nil {
    try promise(route.path(id: id ?? "") == request.uri.path, "\(path) is \(route)")
  }
  for route in routes.isEmpty ? Route.allCases : routes { readQuery(of: request, route) }
  try readFields(request, lines)
}

private func readQuery(of request: Request, _ route: Route) {
  guard let query = try? QueryParameters(of: request, allowed: route.queryParameters) else { return }
  for name in route.queryParameters {
    _ = (query[name], try? query.cursor(name), try? query.count(name), try? query.count(name, in: 0...25))
  }
  try? query.checkBust()
}

private func readFields(_ request: Request, _ lines: [String]) throws {
  let range = ByteRange(of: request, size: 1_000, tag: "\"t\"")
  if case .part(let part) = range {
    try promise(
      !part.isEmpty && part.lowerBound >= 0 && part.upperBound <= 1_000, "a range lies within the file: \(lines)")
  }
  if let (_, token) = Authentication.token(in: request.headers) {
    try promise(!token.isEmpty && !token.contains(" "), "a token is one word: \(lines)")
  }
  _ = ContentCoding(acceptedIn: request.headers[values: .acceptEncoding], brotli: true)
  _ = EntityTags.matches("\"t\"", in: request)
  for line in lines { _ = (try? FormBody(parsing: line), MediaTypes.parse(line), Timestamp(line)) }
}
