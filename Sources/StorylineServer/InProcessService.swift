public import Foundation
import HTTPTypes
import Hummingbird
public import Logging
import NIOCore
public import StorylineModels
public import StorylineStore

/// The service without its listener: the same middleware and routes, called within the process.
///
/// For the simulator, and for whoever embeds the service behind a listener of his own.
public struct InProcessService: Sendable {
  public struct Answer: Sendable {
    public var status: Int
    /// Names in lower case; of a field that occurs twice, the first.
    public var headers: [String: String]
    public var body: Data
  }

  private let responder: RouterResponder<ServiceContext>
  private let logger: Logger

  /// - Parameter random: a whole number of a range, ends included; what callers are asked to wait for depends on it.
  public init(
    store: StoryStore, configuration: ServerConfiguration, logger: Logger,
    now: @escaping @Sendable () -> Timestamp = Timestamp.wallClock,
    random: @escaping @Sendable (ClosedRange<Int>) -> Int = { .random(in: $0) }
  ) {
    responder = makeRouter(
      store: store, configuration: configuration, now: now, shared: SharedParts(configuration),
      live: LiveSettings(random: random)
    ).buildResponder()
    self.logger = logger
  }

  /// - Parameter path: with its query, percent-encoded.
  public func respond(
    method: Route.Method, path: String, headers: [(name: String, value: String)], body: Data?
  ) async throws -> Answer {
    var fields = HTTPFields()
    for (name, value) in headers {
      if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
    }
    fields[.contentLength] = body.map { String($0.count) }
    let head = HTTPRequest(
      method: HTTPRequest.Method(rawValue: method.rawValue) ?? .get, scheme: "https", authority: "localhost",
      path: path, headerFields: fields)
    let request = Request(head: head, body: RequestBody(buffer: body.map { ByteBuffer(bytes: $0) } ?? ByteBuffer()))
    let response = try await responder.respond(to: request, context: ServiceContext(logger: logger))
    let body = try await BodyCollector.collect(response.body)
    return Answer(
      status: response.status.code,
      headers: Dictionary(
        response.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { first, _ in first }),
      body: body)
  }
}
