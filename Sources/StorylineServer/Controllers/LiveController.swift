import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import StorylineModels
import StorylineStore

/// `GET /v1/live`: server-sent events, or with `wait` one answer as soon as there is something to tell.
struct LiveController: Sendable {
  let store: StoryStore
  let slots: LiveSlots
  let settings: LiveSettings
  let now: @Sendable () -> Timestamp

  @Sendable func show(_ request: Request, context: ServiceContext) async throws -> Response {
    let query = try QueryParameters(of: request, allowed: Route.live.queryParameters)
    let wait = try query.count("wait", in: 0...LiveTimes.longestWait)
    if wait == nil { try checkTakesEvents(request) }
    guard let principal = context.principal else { throw Refusal.unauthorized(.missing) }
    let told = LiveCursors(content: try query.cursor("content"), library: try query.cursor("library"))
    let news = try await store.news(content: told.content, library: told.library, for: principal.reader)
    if wait == nil, request.method == .head { return Self.events(ResponseBody()) }
    let isPoll = wait != nil && (wait == 0 || news.isNew || request.method == .head)
    if isPoll { return try Self.answer(news.isNew ? LiveState(news.heads) : nil) }
    let slot = try slot(for: principal)
    let session = LiveSession(store: store, principal: principal, settings: settings, now: now)
    // The session listens by now: a revocation before it did is found here, and one after it is heard.
    guard try await store.hasAccess(principal) else { throw Refusal.unauthorized(.invalid) }
    let watch = EndWatch(of: context.channel) { session.mailbox.post($0) }
    if let wait {
      let state = try await session.poll(told: told, wait: .seconds(wait))
      watch.stop()
      return try withExtendedLifetime(slot) { try Self.answer(state) }
    }
    return Self.events(body(session, told: told, slot: slot, watch: watch, logger: context.logger))
  }

  /// The place is held by the closure, and free when the connection has let go of that.
  private func body(
    _ session: LiveSession, told: LiveCursors, slot: LiveSlots.Slot, watch: EndWatch, logger: Logger
  ) -> ResponseBody {
    ResponseBody { writer in
      defer { watch.stop() }
      try await withSlot(slot) {
        do {
          try await session.stream(told: told) { try await writer.write($0.serverSentEvent()) }
        } catch let error as StoreError {
          // Too late for a status; the next request is told.
          logger.error("live", metadata: ["error": "\(error)"])
          try await writer.write(session.bye().serverSentEvent())
        }
      }
      try await writer.finish(nil)
    }
  }

  private func slot(for principal: Principal) throws -> LiveSlots.Slot {
    do {
      return try slots.take(for: principal.device)
    } catch {
      let seconds = settings.random(settings.times.refusalSeconds)
      switch error {
      case .full: throw Refusal.unavailable(detail: "All live connections are taken.", retryAfter: seconds)
      case .tooManyOfDevice:
        throw Refusal.rateLimited(detail: "This device has all the live connections it may have.", retryAfter: seconds)
      }
    }
  }

  private static func answer(_ state: LiveState?) throws -> Response {
    guard let state else { return Response(status: .noContent, headers: [.cacheControl: CachePolicy.noStore]) }
    return try JSONAnswer.response(state, cacheControl: CachePolicy.noStore)
  }

  private static func events(_ body: ResponseBody) -> Response {
    var response = Response(
      status: .ok, headers: [.contentType: MediaTypes.eventStream, .cacheControl: CachePolicy.noStore], body: body)
    // A proxy that gathers an answer before it passes it on would hold every event back.
    if let name = HTTPField.Name.accelBuffering { response.headers[name] = "no" }
    return response
  }

  private func checkTakesEvents(_ request: Request) throws {
    let accepted = request.headers[values: .accept].joined(separator: ",").split(separator: ",")
      .map { MediaTypes.parse(String($0)).type }
    guard accepted.isEmpty || accepted.contains(where: [MediaTypes.eventStream, "text/*", "*/*"].contains) else {
      throw Problem(
        .badRequest, detail: "This is \(MediaTypes.eventStream); for one JSON answer say how long to “wait”.")
    }
  }
}

extension LiveState {
  fileprivate init(_ heads: StreamHeads) { self.init(content: heads.content, library: heads.library) }
}

/// Holds a place for as long as `work` runs.
private func withSlot(_ slot: LiveSlots.Slot, _ work: () async throws -> Void) async throws {
  defer { withExtendedLifetime(slot) {} }
  try await work()
}
