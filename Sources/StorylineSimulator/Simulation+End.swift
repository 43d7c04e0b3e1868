import Foundation
import StorylineClient
import StorylineModels
import StorylineStore

extension Simulation {
  private static let rounds = 5
  /// More than any honest way from any state to the end takes here.
  private static let requestBudget = 250
  private static let idleRequests = 2

  /// Writes stop, the network heals, and every device syncs: now everything must be everywhere.
  func quiesce() async throws {
    isCalm = true
    tell("all is calm from here on")
    house.disk.fill(for: 0, after: 0)
    house.clock.error = max(0, min(house.clock.error, 3_600_000))
    for device in devices {
      device.disk.fill(for: 0, after: 0)
      for program in device.programs { try await finish(program) }
    }
    let expected = try candidates()
    // Whatever a cache may still hold has run out by then.
    stage.advance(milliseconds: 5_000_000)
    for round in 1...Self.rounds {
      let before = standing
      for device in devices { try await syncCalmly(device, round: round) }
      // A round that moved nothing would be followed by the same one again.
      if standing == before { break }
    }
    try await judgeEnd(expected)
  }

  /// All that a round of syncs can move.
  private struct Standing: Equatable {
    let house: House.State
    let libraries: [[LibraryKey: VersionView]]
    let unsent: [Set<LibraryKey>]
    let cursors: [[String?]]
  }

  private var standing: Standing {
    let views = devices.map(\.view)
    return Standing(
      house: house.state, libraries: views.map(\.library), unsent: views.map(\.unsent),
      cursors: views.map { [$0.contentCursor, $0.libraryCursor] })
  }

  /// Lets what a program has begun go on to its end.
  private func finish(_ program: SyncProgram) async throws {
    while program.running != nil, stage.waiting.contains(program.task) { try await move(program.task) }
  }

  private func syncCalmly(_ device: Device, round: Int) async throws {
    let before = requests
    // The device's programs take turns.
    let program = device.programs[round % device.programs.count]
    for attempt in 1...6 {
      try await beginSync(of: program, on: device)
      let box = program.running
      try await finish(program)
      guard case .failure(let error)? = box?.result else {
        if box?.result == nil, program.running != nil { judge.report(.progress, "device \(device.number) hangs") }
        break
      }
      if attempt == 6 { judge.report(.progress, "device \(device.number) in round \(round): \(error)") }
      if case SyncError.wait(let seconds) = error { stage.advance(milliseconds: Int64(seconds) * 1000) }
    }
    let spent = requests - before
    if spent > Self.requestBudget { judge.report(.progress, "device \(device.number) needed \(spent) requests") }
    if round == Self.rounds, spent > Self.idleRequests {
      judge.report(.boundedWork, "device \(device.number) needed \(spent) requests with nothing to do")
    }
  }

  // MARK: Judgement

  /// What must be found everywhere in the end.
  private struct Candidates {
    var best: [Data: [LibraryKey: VersionView]] = [:]
    /// Of these a version may yet be stamped anew; any of these payloads may win.
    var loose: [Data: [LibraryKey: Set<String>]] = [:]
  }

  /// The highest version of each record that exists anywhere now.
  private func candidates() throws -> Candidates {
    var candidates = Candidates()
    let view = try ServerView(house.store, house.bodies)
    candidates.best = view.libraries
    for device in devices {
      let reader = device.reader.account
      let horizon = max(house.clock.now().milliseconds + 60_000, (view.maxPhysical[reader] ?? 0) + 1_000)
      let held = try DeviceView(device.replica)
      for (key, version) in held.library where !held.quarantined.contains(key) {
        if judge.isErased(version, of: device.reader) { continue }
        if Int64(version.rank.stamp.physical) > horizon { candidates.loose[reader, default: [:]][key] = [] }
        let best = candidates.best[reader]?[key]
        if best.map({ $0.rank < version.rank }) ?? true { candidates.best[reader, default: [:]][key] = version }
      }
    }
    for (reader, keys) in candidates.loose {
      for key in keys.keys {
        let versions =
          [view.libraries[reader]?[key]]
          + (try devices.filter { $0.reader.account == reader }.map { try DeviceView($0.replica).library[key] })
        candidates.loose[reader]?[key] = Set(versions.compactMap { $0?.payload })
      }
    }
    return candidates
  }

  private func judgeEnd(_ expected: Candidates) async throws {
    try await judge.serverMoved(house)
    let view = try ServerView(house.store, house.bodies)
    for reader in readers { judgeLibrary(of: reader, view.libraries[reader.account] ?? [:], expected) }
    for device in devices {
      let held = try DeviceView(device.replica)
      if !held.unsent.isEmpty {
        judge.report(.convergence, "device \(device.number) still holds \(held.unsent.count) unsent")
      }
      judgeLibrary(of: device, held, view.libraries[device.reader.account] ?? [:])
      if let difference = Judge.difference(held.content, view.content) {
        judge.report(.convergence, "content of device \(device.number): \(difference)")
        if troubles.contains(.cache) { judge.report(.cacheSafety, "content of device \(device.number): \(difference)") }
      }
    }
    if !judge.violations.filter({ $0.invariant == .convergence }).isEmpty { nameCauses() }
  }

  private func judgeLibrary(
    of reader: Reader, _ library: [LibraryKey: VersionView], _ expected: Candidates
  ) {
    for (key, best) in expected.best[reader.account] ?? [:] {
      let present = library[key]
      if let payloads = expected.loose[reader.account]?[key] {
        if !payloads.contains(present?.payload ?? "none") {
          judge.report(.lastWriterWins, "\(key.kind)/\(key.id) ended as something that nobody wrote")
        }
      } else if present.map({ $0.rank < best.rank }) ?? true {
        judge.report(
          troubles.isDisjoint(with: [.toldRestores, .silentRestores]) ? .lastWriterWins : .restore,
          "\(key.kind)/\(key.id) ended below a version that was there: "
            + "\(present?.rank.stamp.description ?? "nothing") < \(best.rank.stamp)")
      }
    }
  }

  private func judgeLibrary(of device: Device, _ held: DeviceView, _ library: [LibraryKey: VersionView]) {
    for key in Set(held.library.keys).union(library.keys).sorted() where !held.quarantined.contains(key) {
      let (ours, theirs) = (held.library[key], library[key])
      // A replica that began empty need not hear of deletions.
      if ours == nil, theirs?.rank.deleted == true { continue }
      if ours?.rank != theirs?.rank {
        judge.report(
          .convergence,
          "device \(device.number) and the server differ on \(key.kind)/\(key.id): "
            + "\(ours?.rank.stamp.description ?? "nothing") and \(theirs?.rank.stamp.description ?? "nothing")")
      } else if ours?.payload != theirs?.payload {
        judge.report(.roundTrip, "the payload of \(key.kind)/\(key.id) is not what was sent")
      }
    }
  }

  /// The invariants that this history tried and that did not hold, since not everything came together.
  private func nameCauses() {
    let what = "not all came together in the end"
    if !troubles.isDisjoint(with: [.toldRestores, .silentRestores]) { judge.report(.restore, what) }
    if troubles.contains(.clones) { judge.report(.clone, what) }
    if troubles.contains(.deviceRestores) { judge.report(.deviceRestore, what) }
    if troubles.contains(.collection) { judge.report(.longOffline, what) }
  }
}
