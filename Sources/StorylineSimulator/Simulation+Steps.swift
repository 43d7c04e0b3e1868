import Foundation
import GRDB
import StorylineClient
import StorylineModels
import StorylineStore

extension Simulation {
  /// Something happens.
  func step() async throws {
    stage.advance(milliseconds: dice.pick([1, 20, 700, 4_000]) ?? 1)
    let choices = choices()
    var point = Double.random(in: 0..<choices.reduce(0) { $0 + $1.weight }, using: &dice)
    for choice in choices {
      point -= choice.weight
      if point < 0 { return try await choice.act() }
    }
  }

  private struct Choice {
    var weight: Double
    var act: () async throws -> Void
  }

  private func choices() -> [Choice] {
    var choices = [
      Choice(weight: 26) { try self.edit() },
      Choice(weight: 16) { try await self.beginSync() },
      Choice(weight: 40) { try await self.moveExchange() },
      Choice(weight: 10) { try await self.publish(opening: false) },
      Choice(weight: 2) { self.passTime() },
      Choice(weight: 1.5) { try await self.pushFromNewerClient() },
    ]
    func add(_ trouble: Troubles, _ weight: Double, _ act: @escaping () async throws -> Void) {
      if troubles.contains(trouble) { choices.append(Choice(weight: weight, act: act)) }
    }
    add(.network, 2) { try await self.repeatOldPush() }
    add(.clocks, 3) { self.jumpClock() }
    add(.clones, 1.5) { try self.cloneDevice() }
    add(.deviceRestores, 3) { try await self.copyOrRestoreDevice() }
    add(.kills, 3) { try await self.killDevice() }
    add(.kills, 1) { try await self.crashServer() }
    add(.disk, 4) { self.fillDisk() }
    add(.erasure, 1) { try await self.eraseLibrary() }
    add(.collection, 3) { try await self.collect() }
    add(.collection, 2) { try await self.takeSnapshot() }
    add(.toldRestores, 2) { try await self.copyOrRestoreServer(told: true) }
    add(.silentRestores, 2) { try await self.copyOrRestoreServer(told: false) }
    return choices
  }

  // MARK: Readers

  private func edit() throws {
    guard let device = dice.pick(devices) else { return }
    tokens += 1
    let text = device.reader.marker + "w\(tokens)"
    let choice = dice.number(0...9)
    let number = dice.number(0...2)
    do {
      switch choice {
      case 0...2: try write(SavedMark(saved: dice.chance(0.7), folder: text), "s\(number)", on: device)
      case 3...4: try write(Note(text: text), "n\(number)", on: device)
      case 5...6: try write(Follow(on: dice.chance(0.5)), "f\(number)", on: device)
      case 7: try remove(LibraryKey(kind: dice.pick([.saved, .note, .follow]) ?? .saved, id: "s\(number)"), on: device)
      case 8: try remove(LibraryKey(kind: .note, id: "n\(number)"), on: device)
      default:
        try device.replica.setRead(dice.chance(0.5), article: Identifier("a\(number)"))
        device.view = try DeviceView(device.replica)
        tell("device \(device.number) marks a\(number)")
      }
    } catch ReplicaError.storage {
      tell("device \(device.number) has no space for an edit")
    } catch ReplicaError.noSuchArticle {
      return
    }
  }

  private func write(_ payload: some LibraryPayload, _ id: String, on device: Device) throws {
    let key = LibraryKey(kind: type(of: payload).kind, id: id)
    try device.replica.write(payload, id: id)
    try note(key, on: device)
  }

  private func remove(_ key: LibraryKey, on device: Device) throws {
    try device.replica.remove(key)
    try note(key, on: device)
  }

  private func note(_ key: LibraryKey, on device: Device) throws {
    let after = try DeviceView(device.replica)
    judge.wrote(key, over: device.view.library[key], after.library[key])
    device.view = after
    tell("device \(device.number) writes \(key.kind)/\(key.id) \(after.library[key]?.rank.stamp.description ?? "")")
  }

  /// A client of a later version writes members that ours does not know.
  private func pushFromNewerClient() async throws {
    guard let device = dice.pick(devices) else { return }
    let stamp = Stamp(
      physical: UInt64(max(0, house.clock.now().milliseconds)), counter: UInt16(tokens & 0xFFFF), node: 0xFFFF)
    let body = LibrarySyncRequest(
      after: nil, limit: 1,
      mutations: [
        Mutation(
          m: 1, kind: .follow, id: "f\(dice.number(0...2))", stamp: stamp.description,
          payload: #"{"on":true,\#(Foreign.members)}"#)
      ])
    tell("a newer client of reader \(device.reader.number) writes \(body.mutations[0].id)")
    _ = try await house.respond(
      to: TransportRequest(
        method: .post, path: Route.librarySync.path, headers: headers(of: device), body: StorylineJSON.encode(body)))
    try await judge.serverMoved(house)
  }

  func headers(of device: Device) -> [TransportRequest.Header] {
    [
      .init("authorization", "Bearer \(device.credentials.accessToken)"), .init("content-type", "application/json"),
    ]
  }

  // MARK: Editors

  func publish(opening: Bool) async throws {
    tokens += 1
    var entities: [Entity] = []
    var removals: [ContentCommit.Removal] = []
    if opening {
      entities = [
        .story(Story(id: "story", title: "A story")), .source(Source(id: "desk", name: "Desk", type: "publisher")),
      ]
    } else {
      for number in Set((0...dice.number(0...4)).map { _ in dice.number(0...9) }).sorted() {
        if dice.chance(0.3) {
          removals.append(try removal(number))
        } else {
          entities.append(try entity(number))
        }
      }
    }
    let commit = ContentCommit(entities: entities, removals: removals, author: "desk")
    do {
      let result = try await house.store.publish(commit)
      tell(
        "published \(result.rev.map(String.init) ?? "nothing"): \(result.written) written, \(result.removed) removed")
    } catch StoreError.diskFull {
      tell("the server has no space to publish")
    } catch StoreError.takeDownUnfinished {
      tell("published, but the server has no space for a snapshot without what was taken down")
    }
    try await judge.serverMoved(house)
  }

  private func entity(_ number: Int) throws -> Entity {
    switch number {
    case 0...5:
      .article(
        Article(
          id: Identifier("a\(number)"), story: "story", headline: "Article \(number)", source: "desk",
          publishedAt: stage.now, version: 1,
          blocks: [Block(id: "b1", role: .paragraph, text: "Wording \(tokens)")]))
    case 6...7: .unknown(kind: Self.futureKind, id: "p\(number)", body: try Self.json(#"{"v":\#(tokens).10}"#))
    // Of a kind that every version knows, and of a shape that none can read.
    case 8: .unknown(kind: .event, id: "e\(number)", body: try Self.json(#"{"broken":\#(tokens)}"#))
    default: .source(Source(id: "other", name: "Source \(tokens)", type: "publisher"))
    }
  }

  /// A kind that no version knows yet.
  private static let futureKind = ContentKind(rawValue: "poll")

  private static func json(_ text: String) throws -> RawJSON { try RawJSON(validating: Data(text.utf8)) }

  private func removal(_ number: Int) throws -> ContentCommit.Removal {
    let entity = try entity(number)
    return ContentCommit.Removal(kind: entity.kind, id: entity.id, reason: dice.chance(0.5) ? "retracted" : nil)
  }

  // MARK: Misfortune

  private func passTime() {
    let days: [Int64] = troubles.contains(.collection) ? [0, 0, 0, 1, 30, 100] : [0, 0, 1]
    let milliseconds = (dice.pick(days) ?? 0) * 86_400_000 + Int64(dice.number(0...900)) * 1000
    stage.advance(milliseconds: milliseconds)
    tell("\(milliseconds / 1000) s pass")
  }

  private func jumpClock() {
    if dice.chance(0.2) {
      house.clock.error = dice.pick([0, 0, 3_600_000, 400_000_000_000, -7_200_000]) ?? 0
      tell("the server's clock is off by \(house.clock.error) ms")
    } else if let device = dice.pick(devices) {
      device.clock.error = dice.pick([0, -100_000_000, 100_000_000, 45_000, -1_700_000_000_000]) ?? 0
      tell("the clock of device \(device.number) is off by \(device.clock.error) ms")
    }
  }

  private func cloneDevice() throws {
    guard devices.count < 8, let device = dice.pick(devices) else { return }
    // A migration takes the credentials along or enrols anew.
    let credentials = dice.chance(0.5) ? device.credentials : nil
    let copy = try addDevice(of: device.reader, credentials: credentials, contents: device.replica.copy())
    if let copy { tell("device \(copy.number) is a clone of device \(device.number)") }
  }

  private func copyOrRestoreDevice() async throws {
    guard let device = dice.pick(devices) else { return }
    let copies = deviceCopies.filter { $0.device == device.number }
    guard dice.chance(0.4), let copy = dice.pick(copies) else {
      deviceCopies.append((device.number, try device.replica.copy()))
      return tell("device \(device.number) is backed up")
    }
    tell("device \(device.number) is put back to an older copy")
    try await restart(device, on: copy.contents)
    judge.deviceReplaced(device)
  }

  private func killDevice() async throws {
    guard let device = dice.pick(devices) else { return }
    tell("the app on device \(device.number) is killed")
    try await restart(device, on: device.replica.copy())
  }

  private func restart(_ device: Device, on contents: DatabaseQueue) async throws {
    let tasks = device.programs.map(\.task)
    try device.restart(on: contents)
    for task in tasks {
      inbound[task] = nil
      // What ran is resumed only to be gone: it works on a replica that nobody looks at any more.
      while stage.waiting.contains(task) { await stage.resume(task, with: .failure(CancellationError())) }
    }
  }

  private func crashServer() async throws {
    tell("the server is killed and starts again")
    try await house.crash()
    try await judge.serverMoved(house)
  }

  private func eraseLibrary() async throws {
    guard let device = dice.pick(devices) else { return }
    let request = TransportRequest(method: .delete, path: Route.libraryErase.path, headers: headers(of: device))
    guard try await house.respond(to: request).status == 204, let stamp = try house.erasedBefore(device.reader) else {
      return tell("reader \(device.reader.number) could not erase the library")
    }
    tell("reader \(device.reader.number) erases the library up to \(stamp)")
    judge.erased(device.reader, before: stamp)
    answeredPushes = []
    try await judge.serverMoved(house, reset: true)
  }

  private func collect() async throws {
    let days = dice.pick([0, 1, 30]) ?? 0
    do {
      try await house.store.collectTombstones(olderThan: .seconds(days * 86_400))
      tell("tombstones older than \(days) days are collected")
    } catch StoreError.diskFull {
      tell("the server has no space to collect tombstones")
    }
    try await judge.serverMoved(house)
  }

  private func takeSnapshot() async throws {
    do {
      let snapshot = try await house.store.publishSnapshot()
      tell("snapshot \(snapshot.id) is made")
    } catch StoreError.diskFull {
      tell("the server has no space for a snapshot")
    }
  }

  private func fillDisk() {
    if dice.chance(0.3) {
      let (allowance, failures) = (dice.number(0...2), dice.number(1...3))
      house.disk.fill(for: failures, after: allowance)
      tell("the server has space for \(allowance) commits and then for \(failures) none")
    } else if let device = dice.pick(devices) {
      let (allowance, failures) = (dice.number(0...2), dice.number(1...2))
      device.disk.fill(for: failures, after: allowance)
      tell("device \(device.number) has space for \(allowance) commits and then for \(failures) none")
    }
  }

  private func copyOrRestoreServer(told: Bool) async throws {
    guard dice.chance(0.4), let copy = dice.pick(house.copies) else {
      let copy = try house.takeCopy()
      return tell("copy \(copy.number) of the server is made")
    }
    tell("the server is put back to copy \(copy.number), \(told ? "told" : "untold")")
    try await house.restore(copy, told: told)
    answeredPushes = []
    try await judge.serverMoved(house, reset: true)
  }
}
