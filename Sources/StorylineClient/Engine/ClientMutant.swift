/// Rules of the protocol that the engine can be told to break, so that the simulator can show that it would notice.
///
/// A seam for tests: nothing outside this package can set one.
package enum ClientMutant: String, CaseIterable, Sendable {
  /// After a restore of the server it only starts over, and pushes nothing again.
  case pushesNothingAgain = "pushes-nothing-again"
  /// New stamps start at the clock and not above what the server holds.
  case stampsCarelessly = "stamps-carelessly"
  /// Asks to be spared tombstones although it holds records.
  case claimsToBeEmpty = "claims-to-be-empty"
  /// Moves the cursor in one transaction and writes the data in the next.
  case movesCursorFirst = "moves-cursor-first"
  /// Takes any acknowledgement of a record for one of its present version.
  case believesOldAcknowledgements = "believes-old-acknowledgements"
  /// Applies a page wherever it stands.
  case appliesAnyPage = "applies-any-page"
  /// Forgets where the log stood during a walk.
  case forgetsHeads = "forgets-heads"
  /// Keeps what a walk from the start did not find.
  case sweepsNothing = "sweeps-nothing"
}
