import Crypto
public import Foundation
public import StorylineModels

/// Fetches images of the story from its service, and keeps them for when there is no network.
///
/// To fetch one image tells the service which is looked at; `fetchAll` tells it nothing.
public struct StoryImages: Sendable {
  private let cache: ImageCache
  private let credentials: Credentials
  private let transport: any HTTPTransport
  private let clock: any SyncClock
  private let random: @Sendable () -> UInt64
  private let limits: SyncLimits

  public init(
    cache: ImageCache, credentials: Credentials, transport: any HTTPTransport,
    clock: any SyncClock = SystemSyncClock(),
    random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) },
    limits: SyncLimits = SyncLimits()
  ) {
    self.cache = cache
    self.credentials = credentials
    self.transport = transport
    self.clock = clock
    self.random = random
    self.limits = limits
  }

  /// The image's bytes: those that are kept here, else those of the service, which are kept then.
  ///
  /// - Returns: nil if the service has it no more: what showed it was changed or taken down.
  /// - Throws: `SyncError`; `CancellationError`.
  public func image(_ id: MediaID) async throws -> Data? {
    if let kept = cache.image(id) { return kept }
    do {
      guard let bytes = try await fetch(id) else { return nil }
      try cache.keep(bytes, as: id)
      return bytes
    } catch let error as CancellationError {
      throw error
    } catch {
      throw SyncError(error)
    }
  }

  /// Fetches every image that a replica's records name and that is not here yet, in the order of their digests, which
  /// depends on nothing that was read.
  ///
  /// - Parameter progress: hears how many of how many are done.
  /// - Throws: as `image`; what has come is kept.
  public func fetchAll(
    of replica: Replica, progress: @Sendable (_ done: Int, _ all: Int) -> Void = { _, _ in }
  ) async throws -> ImageReport {
    let named = try replica.media().sorted()
    var report = ImageReport(named: named.count)
    var size = cache.size
    for (number, id) in named.enumerated() {
      progress(number, named.count)
      try Task.checkCancellation()
      if cache.holds(id) {
        report.kept += 1
      } else if size >= cache.limit {
        report.left += 1
      } else if let bytes = try await image(id) {
        report.fetched += 1
        size += bytes.count
      }
    }
    progress(named.count, named.count)
    return report
  }

  private func fetch(_ id: MediaID) async throws -> Data? {
    var courier = Courier(
      transport: transport, clock: clock, random: random, limits: limits, headers: credentials.headers)
    let accept = TransportRequest.Header("accept", "image/*, application/problem+json")
    let answer = try await courier.send(.media, id: id.description, headers: [accept]) { response in
      let type = response.headers["content-type"]?.lowercased() ?? "no content type"
      guard type.hasPrefix("image/") else { throw DamagedReply(why: "“\(type)” instead of an image") }
      guard MediaID(digest: Array(SHA256.hash(data: response.body))) == id else {
        throw DamagedReply(why: "other bytes than those of the image")
      }
      return response.body
    }
    switch answer {
    case .success(let bytes, _, _): return bytes
    case .refused(let problem, _):
      guard [404, 405, 410].contains(problem.status) else { throw SyncError.problem(problem) }
      return nil
    }
  }
}

/// What fetching all images did.
public struct ImageReport: Codable, Hashable, Sendable {
  /// Images that the story has.
  public var named: Int
  /// Of them: those that were here already.
  public var kept = 0
  public var fetched = 0
  /// Of them: those for which there is no room.
  public var left = 0

  public init(named: Int) { self.named = named }
}
