import Foundation
import StorylineModels
import StorylineTestSupport

@testable import StorylineStore

/// One history: four processes of a device share a file and take turns, the network loses, doubles and delays, a
/// process may sleep for a month in the middle of a request, and nobody's clock can be relied on.
///
/// What it takes for granted is what a network and the client promise: a request that was given up, or its double, does
/// not arrive later than half a minute after it was sent; and a device is not away for the whole idle time.
struct RefreshHistory {
  private static let minute: Int64 = 60_000
  private static let day: Int64 = 86_400_000
  private static let accessLife = 10 * minute
  private static let idle = 60 * day
  private static let latest: Int64 = 30_000

  /// What a client stores: the refresh token, and the access token that came with it.
  struct Pair: Hashable {
    var refresh: Data
    /// By the server's clock; the device does not see it.
    var accessEnd: Int64
  }

  private enum Step: Hashable {
    case rests
    /// Has the turn, has read the file and sent the request.
    case waits(for: Data)
    /// Has the answer, and has not stored it yet.
    case holds(Pair)
  }

  private var random: SeededGenerator
  private let hasThief: Bool
  private var now: Int64 = 1_700_000_000_000
  private var state: RefreshState?
  private var nextToken: UInt32 = 1
  private var file: Pair
  private var processes = [Step](repeating: .rests, count: 4)
  /// Which process has the turn.
  private var turn: Int?
  /// Requests that are under way a second time.
  private var doubles: [(token: Data, until: Int64)] = []
  private var lastSuccess: Int64
  private var loot: Pair?

  /// How often a successor was made.
  private(set) var rotations = 0
  /// Why the history is not as it should be.
  private(set) var fault: String?
  var isRevoked: Bool { state == nil }
  /// Tries the test itself: a repetition counts as theft.
  var breaksRule = false

  init(seed: UInt64, hasThief: Bool) {
    random = SeededGenerator(seed: seed)
    self.hasThief = hasThief
    let first = Data([0, 0, 0, 0])
    file = Pair(refresh: first, accessEnd: now + Self.accessLife)
    lastSuccess = now
    state = RefreshState(
      current: first, idleUntil: Timestamp(milliseconds: now + Self.idle),
      endsAt: Timestamp(milliseconds: now + 36_500 * Self.day))
  }

  mutating func run() {
    for _ in 0..<80 where fault == nil && state != nil { step() }
    guard hasThief, fault == nil, state != nil else { return }
    if loot == nil { loot = file }
    // Both go on for as long as both are let: each refreshes when its access token has ended, and uses what it gets.
    for _ in 0..<8 where state != nil {
      pass(Self.accessLife + Int64(random.next() % 100) * Self.minute)
      if let pair = loot { loot = use(of: pair, byThief: true) }
      pass(Self.accessLife + Int64(random.next() % 100) * Self.minute)
      if state != nil { honestRefresh() }
    }
  }

  private mutating func step() {
    switch random.next() % 12 {
    case 0: pass(Int64(random.next() % 5_000))
    case 1: pass(Int64(random.next() % 120_000))
    case 2: pass(Self.accessLife)
    case 3: sleep()
    case 4: deliverDouble()
    case 5 where hasThief: steal()
    default: act(Int(random.next() % 4))
    }
  }

  private mutating func pass(_ time: Int64) {
    now += time
    doubles.removeAll { $0.until < now }
  }

  /// Everybody sleeps: up to a month, whatever they are in the middle of, and never so long that the token ends.
  private mutating func sleep() {
    let time = Int64(random.next() % UInt64(30 * Self.day))
    if now + time - lastSuccess < Self.idle - Self.day { pass(time) }
  }

  private mutating func act(_ number: Int) {
    switch processes[number] {
    case .rests: begin(number)
    case .waits(let token): proceed(number, token)
    case .holds(let pair): finish(number, pair)
    }
  }

  private mutating func begin(_ number: Int) {
    // Of a clock that is a year off, a device may take any token for ended or for good.
    let thinksEnded = random.next() % 5 == 0
    if file.accessEnd > now, !thinksEnded { return useAccess(of: file) }
    // The server says 401, or the device believes so: it refreshes, if it is its turn.
    guard turn == nil else { return }
    turn = number
    processes[number] = .waits(for: file.refresh)
  }

  private mutating func proceed(_ number: Int, _ token: Data) {
    switch random.next() % 8 {
    case 0:  // lost on the way there
      giveUp(number)
    case 1:  // lost on the way back
      _ = answer(to: token, byThief: false)
      giveUp(number)
    case 2:  // killed in between; the system ends its turn, and the request may still be on its way
      if random.next() % 2 == 0 {
        doubles.append((token, now + Self.latest))
      } else {
        _ = answer(to: token, byThief: false)
      }
      processes[number] = .rests
      turn = nil
    default:
      if random.next() % 4 == 0 { doubles.append((token, now + Self.latest)) }
      if let pair = answer(to: token, byThief: false) {
        processes[number] = .holds(pair)
      } else {
        giveUp(number)
      }
    }
  }

  private mutating func giveUp(_ number: Int) {
    processes[number] = .rests
    turn = nil
    // The turn is over only when its patience is.
    pass(Int64(random.next() % UInt64(Self.latest)))
  }

  private mutating func finish(_ number: Int, _ pair: Pair) {
    // Killed before it was on the disk, at times.
    if random.next() % 10 != 0 { file = pair }
    processes[number] = .rests
    turn = nil
  }

  /// A network may deliver a request twice.
  private mutating func deliverDouble() {
    guard let double = doubles.popLast() else { return }
    _ = answer(to: double.token, byThief: false)
  }

  private mutating func steal() {
    if loot == nil { loot = file } else if let pair = loot { loot = use(of: pair, byThief: true) }
  }

  private mutating func useAccess(of pair: Pair) {
    guard let state, pair.accessEnd > now else { return }
    self.state = RefreshRules.confirmed(state, by: pair.refresh, now: Timestamp(milliseconds: now))
  }

  private mutating func use(of pair: Pair, byThief: Bool) -> Pair {
    let fresh = answer(to: pair.refresh, byThief: byThief) ?? pair
    useAccess(of: fresh)
    return fresh
  }

  private mutating func honestRefresh() { file = use(of: file, byThief: false) }

  /// The server.
  private mutating func answer(to token: Data, byThief: Bool) -> Pair? {
    guard let state else { return nil }
    let time = Timestamp(milliseconds: now)
    let decision = RefreshRules.decide(state, PresentedToken(digest: token), now: time)
    var next: RefreshState.Successor?
    let given: Data
    switch decision {
    case .refuse:
      fault = fault ?? "refused"
      return nil
    case .revoke:
      if !hasThief || loot == nil { fault = fault ?? "signed out at \(now)" }
      self.state = nil
      return nil
    case .keep, .confirm: given = token
    case .repeatSuccessor(let sealed):
      if breaksRule { fault = "a repetition" }
      given = sealed
    case .rotate:
      given = withUnsafeBytes(of: nextToken.bigEndian) { Data($0) }
      nextToken += 1
      rotations += 1
      next = .init(digest: given, sealed: given)
    }
    self.state = RefreshRules.carriedOut(decision, on: state, next: next, idle: Self.idle, now: time)
    lastSuccess = now
    return Pair(refresh: given, accessEnd: now + Self.accessLife)
  }
}
