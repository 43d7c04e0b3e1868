/// What must hold whatever happens (docs/protocol.md, “Invariants”).
public enum Invariant: Int, CaseIterable, Sendable, CustomStringConvertible {
  case order = 1, noSkip, noTornCommit, monotone, convergence, lastWriterWins, noLostAcknowledgement, noLostWrite,
    idempotentReplay, readYourWrites, causality, boundedFuture, byteResume, restore, clone, deviceRestore, longOffline,
    floor, cacheSafety, progress, noLeak, roundTrip, poison, erasure, boundedWork

  public var description: String { "I\(rawValue) \(title)" }

  public var title: String {
    switch self {
    case .order: "order"
    case .noSkip: "no skip"
    case .noTornCommit: "no torn commit"
    case .monotone: "monotone"
    case .convergence: "convergence"
    case .lastWriterWins: "last writer wins"
    case .noLostAcknowledgement: "no lost acknowledged write"
    case .noLostWrite: "no lost local write"
    case .idempotentReplay: "idempotent replay"
    case .readYourWrites: "read your writes"
    case .causality: "causality"
    case .boundedFuture: "bounded future"
    case .byteResume: "byte-resume"
    case .restore: "restore"
    case .clone: "clone"
    case .deviceRestore: "device restore"
    case .longOffline: "long offline"
    case .floor: "floor"
    case .cacheSafety: "cache safety"
    case .progress: "progress"
    case .noLeak: "no cross-reader leak"
    case .roundTrip: "round trip"
    case .poison: "poison"
    case .erasure: "erasure"
    case .boundedWork: "bounded work"
    }
  }
}

/// One broken promise of one history.
public struct Violation: Sendable, CustomStringConvertible {
  public var invariant: Invariant
  public var what: String

  public var description: String { "\(invariant): \(what)" }
}
