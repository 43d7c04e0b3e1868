import Foundation
import StorylineClient
import StorylineModels
import StorylineStore

extension Simulation {
  func beginSync() async throws {
    guard let device = dice.pick(devices.filter { $0.running == nil }) else { return }
    try await beginSync(of: device)
  }

  func beginSync(of device: Device) async throws {
    let engine = device.engine
    let box = SyncBox()
    device.running = box
    tell("device \(device.task) begins a sync")
    await stage.start {
      do {
        box.end(with: .success(try await engine.sync()))
      } catch {
        box.end(with: .failure(error))
      }
    }
    try look(at: device)
  }

  /// Something happens to one of the exchanges that are under way.
  func moveExchange() async throws {
    guard let task = dice.pick(stage.waiting) else { return try await beginSync() }
    try await move(devices[task])
  }

  /// The request arrives, or the reply does, or neither.
  func move(_ device: Device) async throws {
    if stage.wakeTime(of: device.task) != nil {
      await stage.wake(device.task)
    } else if let reply = inbound.removeValue(forKey: device.task) {
      await deliver(reply, to: device)
    } else if let request = stage.request(of: device.task) {
      try await carry(request, of: device)
    }
    try look(at: device)
  }

  private func look(at device: Device) throws {
    let view = try DeviceView(device.replica)
    judge.deviceMoved(device, from: device.view, to: view, restamps: true)
    device.view = view
    guard let result = device.running?.result else { return }
    device.running = nil
    switch result {
    case .success:
      tell("device \(device.task) is done")
      judge.caughtUp(device, view)
    case .failure(let error): tell("device \(device.task) gives up: \(error)")
    }
  }

  // MARK: Requests

  private func carry(_ request: TransportRequest, of device: Device) async throws {
    let isTroubled = troubles.contains(.network) && !isCalm
    if isTroubled, dice.chance(0.12) {
      tell("device \(device.task): \(Self.name(request)) is lost on its way")
      return await stage.resume(device.task, with: .failure(TransportError.unreachable("lost")))
    }
    if isTroubled, dice.chance(0.03) {
      tell("device \(device.task): a portal answers")
      let portal = TransportResponse(
        status: 200, headers: ["content-type": "text/html"], body: Data("<html>Sign in</html>".utf8))
      return await stage.resume(device.task, with: .success(portal))
    }
    if isTroubled, dice.chance(0.03) {
      let status = dice.pick([500, 502, 503, 429]) ?? 500
      tell("device \(device.task): somebody answers \(status)")
      let answer = TransportResponse(status: status, headers: ["content-type": "text/html", "retry-after": "1"])
      return await stage.resume(device.task, with: .success(answer))
    }
    if isTroubled, request.method == .post, dice.chance(0.04) {
      tell("device \(device.task): \(Self.name(request)) arrives twice")
      _ = try await answer(to: request, of: device)
    }
    inbound[device.task] = try await answer(to: request, of: device)
  }

  private func answer(to request: TransportRequest, of device: Device) async throws -> TransportResponse {
    if troubles.contains(.cache), let kept = cachedAnswer(to: request) {
      tell("device \(device.task): \(Self.name(request)) → \(kept.status) from the cache")
      return kept
    }
    let response = try await house.respond(to: request)
    requests += 1
    tell("device \(device.task): \(Self.name(request)) → \(response.status) \(Self.summary(response))")
    judge.answered(device.reader, response.body, readers: readers)
    if troubles.contains(.cache) { cache.keep(response, for: request, at: stage.now) }
    if request.path.hasPrefix(Route.librarySync.path) {
      try await judge.serverMoved(house)
      rememberPush(request, response)
    }
    return response
  }

  private func cachedAnswer(to request: TransportRequest) -> TransportResponse? {
    // Once all is calm a stale answer still comes, but not for ever.
    cache.answer(to: request, at: stage.now, stale: !isCalm && dice.chance(0.5))
  }

  private static func name(_ request: TransportRequest) -> String {
    "\(request.method.rawValue) \(request.path.prefix(60))"
  }

  private static func summary(_ response: TransportResponse) -> String {
    guard response.status != 200 else { return "\(response.body.count) bytes" }
    return (try? StorylineJSON.decode(Problem.self, from: response.body))?.code.rawValue ?? ""
  }

  // MARK: Replies

  private func deliver(_ reply: TransportResponse, to device: Device) async {
    guard troubles.contains(.network), !isCalm else {
      return await stage.resume(device.task, with: .success(reply))
    }
    if dice.chance(0.1) {
      tell("device \(device.task): the reply is lost")
      return await stage.resume(device.task, with: .failure(TransportError.cut("lost")))
    }
    if dice.chance(0.06) {
      var cut = reply
      cut.body = Data(reply.body.prefix(dice.number(0...max(0, reply.body.count - 1))))
      tell("device \(device.task): the reply ends after \(cut.body.count) of \(reply.body.count) bytes")
      return await stage.resume(device.task, with: .success(cut))
    }
    if reply.headers["content-type"] == "application/gzip", !reply.body.isEmpty, dice.chance(0.1) {
      var damaged = reply
      damaged.body[damaged.body.startIndex + dice.number(0...reply.body.count - 1)] ^= 1
      tell("device \(device.task): a byte of the reply is wrong")
      return await stage.resume(device.task, with: .success(damaged))
    }
    await stage.resume(device.task, with: .success(reply))
  }

  // MARK: Repetition

  private func rememberPush(_ request: TransportRequest, _ response: TransportResponse) {
    guard response.status == 200,
      let reply = try? StorylineJSON.decode(LibrarySyncResponse.self, from: response.body), !reply.results.isEmpty,
      reply.results.allSatisfy({ [.applied, .same, .superseded].contains($0.status) })
    else { return }
    answeredPushes.append(request)
  }

  /// A push that was answered long ago arrives once more.
  func repeatOldPush() async throws {
    guard let push = dice.pick(answeredPushes) else { return }
    tell("an old push arrives again")
    let before = try ServerView(house.store, house.bodies)
    _ = try await house.respond(to: push)
    try judge.replayed(house, before: before)
  }
}
