import Foundation
import StorylineModels

/// One connection to `GET /v1/live`, from its opening to its end.
struct LiveConnection: Sendable {
  /// What became of it.
  enum End: Hashable, Sendable {
    /// The connection broke, or was closed without a word.
    case lost
    /// There was no connection to be had.
    case unreachable
    /// Something is new, as an answer to a poll says.
    case news(LiveState)
    /// The server closed it, and says when to come back.
    case bye(afterMilliseconds: Int)
    /// The answer was none of ours, or an error; with the server's wish when to come back.
    case refused(status: Int, afterSeconds: Int?)
    /// The transport cannot stream.
    case unsupported
  }

  static let pollSeconds = 25

  let transport: any HTTPTransport
  let clock: any SyncClock
  let headers: [TransportRequest.Header]
  let timeout: Duration

  /// Listens until the connection ends.
  func listen(from place: LivePlace, _ heard: @Sendable (LiveEvent) async -> Void) async throws -> End {
    let request = TransportRequest(
      method: Route.live.method, path: place.path(wait: nil),
      headers: headers.replacing([.init("accept", "text/event-stream, application/problem+json")]), timeout: timeout)
    let stream: TransportStream
    do {
      stream = try await transport.events(request)
    } catch is StreamingUnsupported {
      return .unsupported
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      return .unreachable
    }
    guard stream.status == 200, stream.headers["content-type"]?.lowercased().hasPrefix("text/event-stream") == true
    else {
      return .refused(status: stream.status, afterSeconds: stream.headers["retry-after"].flatMap { Int($0) })
    }
    return try await read(stream, heard)
  }

  private func read(_ stream: TransportStream, _ heard: @Sendable (LiveEvent) async -> Void) async throws -> End {
    var parser = EventStreamParser()
    do {
      for try await bytes in stream.body {
        for event in try parser.events(in: bytes) {
          await heard(event)
          if case .bye(let bye) = event { return .bye(afterMilliseconds: max(0, bye.retry)) }
        }
      }
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      // Broken or not ours: the difference does not matter to what follows.
    }
    try Task.checkCancellation()
    return .lost
  }

  /// Asks once, and waits at the server for at most `wait` seconds; nil if nothing is new.
  func poll(from place: LivePlace, wait: Int = LiveConnection.pollSeconds) async throws -> End? {
    let request = TransportRequest(
      method: Route.live.method, path: place.path(wait: wait), headers: headers, timeout: timeout + .seconds(wait))
    let response: TransportResponse
    do {
      response = try await transport.send(request)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      return .unreachable
    }
    if response.status == 204 { return nil }
    guard response.status == 200 else {
      return .refused(status: response.status, afterSeconds: response.headers["retry-after"].flatMap { Int($0) })
    }
    guard let state = try? StorylineJSON.decode(LiveState.self, from: response.json()) else { return .lost }
    return .news(state)
  }
}

/// Where both streams of a replica stand, as the server is asked about them.
struct LivePlace: Hashable, Sendable {
  var content: Cursor
  var library: Cursor

  func path(wait: Int?) -> String {
    var query = "?content=" + FormText.encoded(content.rawValue) + "&library=" + FormText.encoded(library.rawValue)
    if let wait { query += "&wait=\(wait)" }
    return Route.live.path + query
  }
}
