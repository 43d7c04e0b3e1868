import StorylineModels

/// Where the actors stood on the topics at a date: of each actor and topic the newest position.
struct Board: Sendable {
  /// One actor on one topic, newest position first.
  struct Seat: Hashable, Sendable {
    var actor: Identifier<Actor>
    var positions: [Position]
    var current: Position { positions[0] }
  }

  struct Topic: Hashable, Sendable {
    var topic: String
    var seats: [Seat]
  }

  let topics: [Topic]

  /// A position counts from the first day that its date can mean; `at` reaches to its last day.
  init(_ positions: [Position], at date: PartialDate? = nil) {
    let known = positions.filter { position in date.map { position.date.firstDay <= $0.lastDay } ?? true }
    let byTopic = Dictionary(grouping: known, by: \.topic)
    topics = byTopic.keys.sorted().map { topic in
      let byActor = Dictionary(grouping: byTopic[topic] ?? [], by: \.actor)
      let seats = byActor.keys.sorted().map { actor in
        Seat(actor: actor, positions: (byActor[actor] ?? []).sorted(by: Self.isNewer))
      }
      return Topic(topic: topic, seats: seats)
    }
  }

  private init(topics: [Topic]) { self.topics = topics }

  /// Only what a reader asks for.
  func filtered(topic: String?, stance: Position.Stance?) -> Board {
    Board(
      topics: topics.filter { topic == nil || $0.topic == topic }.compactMap { entry in
        let seats = entry.seats.filter { stance == nil || $0.current.stance == stance }
        return seats.isEmpty ? nil : Topic(topic: entry.topic, seats: seats)
      })
  }

  /// The board with what `choose` leaves of the seats of each topic.
  func seats(_ choose: ([Seat]) -> [Seat]) -> Board {
    Board(
      topics: topics.compactMap { entry in
        let seats = choose(entry.seats)
        return seats.isEmpty ? nil : Topic(topic: entry.topic, seats: seats)
      })
  }

  /// The rows of the board, or with `history` all rows behind it.
  func positions(history: Bool) -> [Position] {
    topics.flatMap { $0.seats.flatMap { history ? $0.positions : [$0.current] } }
  }

  private static func isNewer(_ left: Position, than right: Position) -> Bool {
    if left.date != right.date { return left.date > right.date }
    if left.supersedes == right.id { return true }
    if right.supersedes == left.id { return false }
    return left.id > right.id
  }
}
