/// Rules of the protocol that a store can be told to break, so that the simulator can show that it would notice.
///
/// A seam for tests: nothing outside this package can set one.
package enum StoreMutant: String, CaseIterable, Sendable {
  /// The cursor of a page that was cut is the head.
  case jumpsToHead = "jumps-to-head"
  /// Leaves out of a page what the asking device's node ever wrote, not only what this request wrote.
  case filtersByNode = "filters-by-node"
  /// Takes cursors of a history that it does not have.
  case noticesNoRestore = "notices-no-restore"
  /// Answers cursors from before collected tombstones.
  case ignoresFloor = "ignores-floor"
  /// Collects tombstones without a snapshot behind them.
  case collectsWithoutSnapshot = "collects-without-snapshot"
  /// Says that a write lost, and not against what.
  case omitsWinner = "omits-winner"
  /// Of two versions with one stamp it keeps the one that came first.
  case breaksTiesByArrival = "breaks-ties-by-arrival"
  /// Answers a push before its commit.
  case answersBeforeCommit = "answers-before-commit"
  /// Ends a page inside a commit.
  case cutsCommits = "cuts-commits"
  /// Lets a library's cursor forget where the log stood during a walk.
  case forgetsWalks = "forgets-walks"
  /// Lets an erased library be filled again by a device that did not hear of it.
  case forgetsErasure = "forgets-erasure"
}
