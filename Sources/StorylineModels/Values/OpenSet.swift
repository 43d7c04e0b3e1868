/// A value out of a set that may grow: an older app decodes, keeps and sends back values that it does not know.
///
/// Conforming types are structs over the raw string with static values for what is known today.
public protocol OpenSet: StringCoded, Hashable, Sendable {
  /// The values this version knows, in the order in which they are shown to people.
  static var known: [Self] { get }
}

extension OpenSet {
  /// Whether this version of the software knows the value.
  public var isKnown: Bool { Self.known.contains(self) }
}
