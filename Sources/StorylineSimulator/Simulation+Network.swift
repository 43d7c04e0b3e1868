import Foundation
import StorylineClient
import StorylineModels
import StorylineSQLite
import StorylineStore

extension Simulation {
  func beginSync() async throws {
    let idle = devices.flatMap { device in device.programs.filter { $0.running == nil }.map { (device, $0) } }
    guard let (device, program) = dice.pick(idle) else { return }
    try await beginSync(of: program, on: device)
  }

  func beginSync(of program: SyncProgram, on device: Device) async throws {
    let engine = program.engine
    let box = SyncBox()
    program.running = box
    tell("\(name(of: program.task)) begins a sync")
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
    try await move(task)
  }

  /// The request arrives, or the reply does, or neither.
  func move(_ task: Int) async throws {
    let device = devices[SyncProgram.device(of: task)]
    if stage.wakeTime(of: task) != nil {
      await stage.wake(task)
    } else if let reply = inbound.removeValue(forKey: task) {
      await deliver(reply, to: task)
    } else if let request = stage.request(of: task) {
      try await carry(request, of: task, on: device)
    }
    try look(at: device)
    if inbound[task] == nil { judge.heard(task, device) }
    try await checkParts(of: device)
  }

  /// Whatever the way of a part's bytes was: only what the server made is taken in.
  private func checkParts(of device: Device) async throws {
    for part in device.view.stagedParts where !device.checkedParts.contains(part) {
      device.checkedParts.insert(part)
      guard let rows = try await house.rows(ofPart: part) else { continue }
      judge.staged(device, try device.stagedRows(ofPart: part), of: rows)
    }
  }

  private func name(of task: Int) -> String {
    "device \(SyncProgram.device(of: task))" + (SyncProgram.place(of: task) == 0 ? "" : " (beside the app)")
  }

  private func look(at device: Device) throws {
    if device.view.changeCount != device.replica.storage.database.writer.changeCount {
      let view = try DeviceView(device.replica)
      judge.deviceMoved(device, from: device.view, to: view, restamps: true)
      device.view = view
    }
    for program in device.programs {
      guard let result = program.running?.result else { continue }
      program.running = nil
      switch result {
      case .success:
        tell("\(name(of: program.task)) is done")
        judge.caughtUp(device, device.view)
      case .failure(let error): tell("\(name(of: program.task)) gives up: \(error)")
      }
    }
  }

  // MARK: Requests

  private func carry(_ request: TransportRequest, of task: Int, on device: Device) async throws {
    let isTroubled = troubles.contains(.network) && !isCalm
    if isTroubled, dice.chance(0.12) {
      tell("\(name(of: task)): \(Self.name(request)) is lost on its way")
      return await stage.resume(task, with: .failure(TransportError.unreachable("lost")))
    }
    if isTroubled, dice.chance(0.03) {
      tell("\(name(of: task)): a portal answers")
      let portal = TransportResponse(
        status: 200, headers: ["content-type": "text/html"], body: Data("<html>Sign in</html>".utf8))
      return await stage.resume(task, with: .success(portal))
    }
    if isTroubled, dice.chance(0.03) {
      let status = dice.pick([500, 502, 503, 429]) ?? 500
      tell("\(name(of: task)): somebody answers \(status)")
      let answer = TransportResponse(status: status, headers: ["content-type": "text/html", "retry-after": "1"])
      return await stage.resume(task, with: .success(answer))
    }
    if isTroubled, request.method == .post, dice.chance(0.04) {
      tell("\(name(of: task)): \(Self.name(request)) arrives twice")
      _ = try await answer(to: request, of: task, on: device)
    }
    inbound[task] = try await answer(to: request, of: task, on: device)
  }

  private func answer(to request: TransportRequest, of task: Int, on device: Device) async throws -> TransportResponse {
    if troubles.contains(.cache), let kept = cachedAnswer(to: request) {
      tell("\(name(of: task)): \(Self.name(request)) → \(kept.status) from the cache")
      return kept
    }
    let response = try await house.respond(to: request)
    requests += 1
    tell("\(name(of: task)): \(Self.name(request)) → \(response.status) \(Self.summary(response))")
    judge.answered(device.reader, response.body, readers: readers)
    if troubles.contains(.cache) { cache.keep(response, for: request, at: stage.now) }
    if request.path.hasPrefix(Route.librarySync.path) {
      try await judge.serverMoved(house)
      if let reply = Self.reply(in: response) {
        judge.promised(task, reply.cursor, to: device.reader)
        rememberPush(request, reply)
      }
    }
    return response
  }

  private func cachedAnswer(to request: TransportRequest) -> TransportResponse? {
    // Once all is calm a stale answer still comes, but not for ever.
    cache.answer(to: request, at: stage.now, stale: !isCalm && dice.chance(0.5))
  }

  /// The request's line, cut short, and the places that its cursors name.
  private static func name(_ request: TransportRequest) -> String {
    let (path, query) = (request.path.prefix { $0 != "?" }, request.path.drop { $0 != "?" }.dropFirst())
    let parameters = query.split(separator: "&").map { parameter -> String in
      guard let value = parameter.split(separator: "=").last, let place = CursorParts(String(value)) else {
        return String(parameter)
      }
      return parameter.prefix { $0 != "=" } + "=\(place)"
    }
    return (["\(request.method.rawValue) \(path.prefix(60))"] + parameters).joined(separator: " ")
  }

  private static func summary(_ response: TransportResponse) -> String {
    guard response.status != 200 else { return "\(response.body.count) bytes" }
    return (try? StorylineJSON.decode(Problem.self, from: response.body))?.code.rawValue ?? ""
  }

  // MARK: Replies

  private func deliver(_ reply: TransportResponse, to task: Int) async {
    guard troubles.contains(.network), !isCalm else {
      return await stage.resume(task, with: .success(reply))
    }
    if dice.chance(0.1) {
      tell("\(name(of: task)): the reply is lost")
      return await stage.resume(task, with: .failure(TransportError.cut("lost")))
    }
    if dice.chance(0.06) {
      var cut = reply
      cut.body = Data(reply.body.prefix(dice.number(0...max(0, reply.body.count - 1))))
      tell("\(name(of: task)): the reply ends after \(cut.body.count) of \(reply.body.count) bytes")
      return await stage.resume(task, with: .success(cut))
    }
    if reply.headers["content-type"] == "application/gzip", !reply.body.isEmpty, dice.chance(0.1) {
      var damaged = reply
      damaged.body[damaged.body.startIndex + dice.number(0...reply.body.count - 1)] ^= 1
      tell("\(name(of: task)): a byte of the reply is wrong")
      return await stage.resume(task, with: .success(damaged))
    }
    await stage.resume(task, with: .success(reply))
  }

  // MARK: Repetition

  private static func reply(in response: TransportResponse) -> LibrarySyncResponse? {
    guard response.status == 200 else { return nil }
    return try? StorylineJSON.decode(LibrarySyncResponse.self, from: response.body)
  }

  private func rememberPush(_ request: TransportRequest, _ reply: LibrarySyncResponse) {
    guard !reply.results.isEmpty,
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
