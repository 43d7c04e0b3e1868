import StorylineClient
import StorylineStore

/// One broken rule, and where to look for what it breaks.
public struct Mutant: Sendable {
  public let name: String
  let store: Set<StoreMutant>
  let client: Set<ClientMutant>
  /// What must go wrong for the rule to matter.
  let troubles: Troubles
  /// The first seed to try: chance alone finds the rarest of them once in thousands of histories.
  let firstSeed: UInt64

  init(
    _ name: String, store: Set<StoreMutant> = [], client: Set<ClientMutant> = [], _ troubles: Troubles,
    firstSeed: UInt64 = 0
  ) {
    self.name = name
    self.store = store
    self.client = client
    self.troubles = troubles
    self.firstSeed = firstSeed
  }

  init(_ store: StoreMutant, _ troubles: Troubles, firstSeed: UInt64 = 0) {
    self.init(store.rawValue, store: [store], troubles, firstSeed: firstSeed)
  }

  init(_ client: ClientMutant, _ troubles: Troubles, firstSeed: UInt64 = 0) {
    self.init(client.rawValue, client: [client], troubles, firstSeed: firstSeed)
  }

  /// The same troubles with every rule kept.
  var mended: Mutant { Mutant(name, troubles, firstSeed: firstSeed) }

  private static let copies: Troubles = [.network, .clones, .deviceRestores]

  /// Each of them must be caught (protocol, section 3).
  public static let all: [Mutant] = [
    Mutant(.jumpsToHead, [.network]),
    Mutant(.filtersByNode, copies),
    Mutant(.pushesNothingAgain, [.network, .toldRestores]),
    Mutant(.noticesNoRestore, [.network, .silentRestores]),
    Mutant(.ignoresFloor, [.network, .collection], firstSeed: 173),
    Mutant(.collectsWithoutSnapshot, [.network, .collection]),
    Mutant(
      "omits-winner-and-stamps-carelessly", store: [.omitsWinner], client: [.stampsCarelessly],
      [.network, .clocks, .clones, .deviceRestores]),
    Mutant(.claimsToBeEmpty, [.network, .toldRestores, .deviceRestores]),
    Mutant(.breaksTiesByArrival, [.network, .clones, .deviceRestores, .clocks], firstSeed: 465),
    Mutant(.answersBeforeCommit, [.disk]),
    Mutant(.cutsCommits, [.network]),
    Mutant(.movesCursorFirst, [.network, .disk]),
    Mutant(.believesOldAcknowledgements, [.network]),
    Mutant(.appliesAnyPage, [.network, .programs]),
    Mutant(.forgetsHeads, [.cache, .silentRestores]),
    Mutant(.forgetsWalks, [.network, .silentRestores], firstSeed: 465),
    Mutant(.sweepsNothing, [.network, .toldRestores], firstSeed: 728),
    Mutant(.forgetsErasure, [.network, .erasure]),
  ]
}
