import Hummingbird
import NIOCore
import StorylineModels

/// Bounds how long a request is worked on, so that one that hangs neither keeps its caller waiting nor holds its place.
///
/// What runs too long is cancelled, which interrupts a database statement and undoes what it had not committed; the
/// caller gets 503 and is asked to come again. Answers that are sent bit by bit are bounded by the connection's limits.
struct DeadlineResponder<Base: HTTPResponder>: HTTPResponder where Base.Context == ServiceContext {
  let base: Base
  /// From when a request has arrived whole.
  let limit: Duration
  /// How long a body may take to arrive, which happens while its request is already being worked on.
  let readTime: Duration

  init(_ base: Base, _ configuration: ServerConfiguration) {
    self.base = base
    limit = configuration.requestWorkTime
    readTime = configuration.requestReadTime
  }

  func respond(to request: Request, context: ServiceContext) async throws -> Response {
    // Within the process there is no connection to hold, and time may not be real.
    guard let loop = context.channel?.eventLoop, Self.isBounded(request) else {
      return try await base.respond(to: request, context: context)
    }
    let work = Task { try await base.respond(to: request, context: context) }
    let timer = loop.scheduleTask(in: TimeAmount(request.method == .get ? limit : limit + readTime)) { work.cancel() }
    defer { timer.cancel() }
    return try await withTaskCancellationHandler {
      try await work.value
    } onCancel: {
      work.cancel()
    }
  }

  /// Not what waits on purpose, nor what takes as long as somebody's data is large and would never be done if it were
  /// cut off.
  private static func isBounded(_ request: Request) -> Bool {
    let route = Route.at(request.uri.path).routes.first { $0.methods.contains(request.method) }
    return switch route {
    case .live, .editorCommit, .editorMediaUpload, .exportCreate, .exportFetch: false
    default: true
    }
  }
}
