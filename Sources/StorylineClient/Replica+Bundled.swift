package import StorylineModels

extension Replica {
  /// Takes in a page that came with the program instead of from a server.
  ///
  /// - Throws: `ReplicaError.contradiction` if the replica holds something already.
  package func install(_ page: ContentPage) throws {
    let outcome = try storage.write { try ApplyContentPage(page: page, wall: now()).run(in: $0) }
    if outcome.dropped { throw ReplicaError.contradiction("a bundled story goes into an empty replica only") }
  }
}
