import StorylineModels

/// What was read out of one mapping: values as the models' JSON, and where each of them stands.
struct Facts {
  var values: [String: JSONValue] = [:]
  /// The place of each key's value.
  var places: [String: Place] = [:]
  var references: [Reference] = []
  var evidence: [EvidenceDraft] = []
  var media: [MediaReference] = []

  func text(_ name: String) -> String? {
    if case .string(let text)? = values[name] { text } else { nil }
  }

  func texts(_ name: String) -> [String] {
    guard case .array(let list)? = values[name] else { return [] }
    return list.compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  func date(_ name: String) -> PartialDate? { text(name).flatMap { PartialDate($0) } }

  /// Whether the key stands there, be it without a value.
  func has(_ name: String) -> Bool { values[name] != nil }
}

/// The id of another entity, as a file names it.
struct Reference: Hashable {
  /// nil for the id of a chapter of the story.
  var kind: ContentKind?
  var id: String
  var key: String
  var place: Place
}

/// Evidence as an editor writes it: the block may be left to the words.
struct EvidenceDraft: Hashable {
  var article: String
  var block: String?
  var exact: String
  /// Where the words stand.
  var place: Place
}
