import StorylineModels
import Testing

@testable import StorylineClient

/// Every state meets every event.
struct SyncMachineTests {
  private static let later = Timestamp(milliseconds: 5_000)

  static let states: [(name: String, state: SyncState)] = [
    ("empty", .empty), ("bootstrapping", .bootstrapping), ("catchingUp", .catchingUp), ("live", .live),
    ("offline", .paused(.init(.offline, until: Timestamp(milliseconds: 1)))),
    ("failed", .paused(.init(.failed, until: Timestamp(milliseconds: 1)))),
    ("background", .paused(.init(.background))), ("stopped", .paused(.init(.stopped))),
    ("reAnchoring", .reAnchoring), ("signedOut", .signedOut), ("blocked", .blocked), ("deleted", .accountDeleted),
  ]

  static let events: [(name: String, event: SyncEvent)] = [
    ("started, empty", .started(hasContent: false)), ("started, full", .started(hasContent: true)),
    ("bootstrapAdvanced", .bootstrapAdvanced), ("page, more", .pageApplied(more: true)),
    ("page, last", .pageApplied(more: false)), ("caughtUp", .caughtUp), ("historyChanged", .historyChanged),
    ("offline", .offline(until: later)), ("failed", .failed(until: later)), ("retryTimer", .retryTimer),
    ("foregrounded", .foregrounded), ("backgrounded", .backgrounded), ("stopped", .stopped),
    ("signedIn", .signedIn), ("unauthorized", .unauthorized), ("tooOld", .tooOld), ("deleted", .deleted),
    ("edited", .edited), ("poked", .poked),
  ]

  /// One letter for the state: E empty, B bootstrapping, C catching up, L live, O offline, F failed, G background,
  /// S stopped, R re-anchoring, U signed out, X blocked, D deleted. One sign for the action: ! sync, ~ follow,
  /// z pause, # stop, . none.
  private static let table = """
    event               E  B  C  L  O  F  G  S  R  U  X  D
    started, empty      B! B! C! C! C! C! C! C! R! C! C! D.
    started, full       C! B! C! C! C! C! C! C! R! C! C! D.
    bootstrapAdvanced   B. B. B. B. B. B. G. S. R. U. X. D.
    page, more          C. B. C. C. C. C. G. S. R. U. X. D.
    page, last          C. B. C. L. C. C. G. S. R. U. X. D.
    caughtUp            L~ L~ L~ L~ L~ L~ G. S. L~ L~ L~ D.
    historyChanged      E. B. R. R. R. R. G. S. R. U. X. D.
    offline             Oz Oz Oz Oz Oz Oz G. S. Oz U. X. D.
    failed              Fz Fz Fz Fz Fz Fz G. S. Fz U. X. D.
    retryTimer          E! B. C. L. C! C! G. S. R. U. X. D.
    foregrounded        E! B. C. C! C! C! C! C! R. U. X. D.
    backgrounded        G# G# G# G# G# G# G# G# G# U. X. D.
    stopped             S# S# S# S# S# S# S# S# S# U. X. D.
    signedIn            E! B. C. L. C! C! G. S. R. C! C! C!
    unauthorized        U# U# U# U# U# U# U# U# U# U# U# D.
    tooOld              X# X# X# X# X# X# X# X# X# X# X# D.
    deleted             D# D# D# D# D# D# D# D# D# D# D# D.
    edited              E! B. C. C! O. F. G. S. R. U. X. D.
    poked               E! B. C. C! C! C! G. S. R. U. X. D.
    """

  private static func letter(_ state: SyncState) -> String {
    switch state {
    case .empty: "E"
    case .bootstrapping: "B"
    case .catchingUp: "C"
    case .live: "L"
    case .paused(let pause): pause.why == .background ? "G" : pause.why.rawValue.prefix(1).uppercased()
    case .reAnchoring: "R"
    case .signedOut: "U"
    case .blocked: "X"
    case .accountDeleted: "D"
    }
  }

  private static func sign(_ action: SyncAction) -> String {
    switch action {
    case .none: "."
    case .sync: "!"
    case .follow: "~"
    case .pause: "z"
    case .stop: "#"
    }
  }

  @Test func `every pair of state and event leads where the table says`() {
    let head = "event".padded + Self.states.map { Self.letter($0.state) }.joined(separator: "  ")
    let rows = Self.events.map { event in
      event.name.padded
        + Self.states.map { state in
          let (next, action) = SyncMachine.next(state.state, event.event)
          return Self.letter(next) + Self.sign(action)
        }.joined(separator: " ")
    }
    #expect(([head] + rows).joined(separator: "\n") == Self.table)
  }

  @Test func `a pause lasts as long as its event says, and one that is held keeps its reason`() {
    for (_, state) in Self.states {
      for event in [SyncEvent.offline(until: Self.later), .failed(until: Self.later)] {
        guard case .paused(let pause) = SyncMachine.next(state, event).state, !pause.isHeld else { continue }
        #expect(pause.until == Self.later)
      }
    }
    let held = SyncState.paused(.init(.background))
    for (name, event) in Self.events where name != "stopped" {
      if case .paused(let pause) = SyncMachine.next(held, event).state { #expect(pause == .init(.background)) }
    }
  }
}

extension String {
  fileprivate var padded: String { self + String(repeating: " ", count: max(0, 20 - count)) }
}
