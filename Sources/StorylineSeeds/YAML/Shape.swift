import StorylineModels

/// What the value of a key may look like.
indirect enum Shape: Sendable {
  case text
  case flag
  case integer(ClosedRange<Int>)
  case date
  case moment
  case amount
  case currency
  case countryCode
  case language
  case address
  /// Of an image: https, or a file in `media/`.
  case image
  /// One word out of an open set; the editor's tool only takes those that this version knows.
  case word([String])
  case slug
  case reference(ContentKind)
  case chapter
  case kind
  case block
  case list(Shape)
  case object([Member])
  case evidence

  /// A key of a mapping.
  struct Member: Sendable {
    let name: String
    let shape: Shape
    let isRequired: Bool
    /// What a missing key stands for, where the model needs a value.
    let standard: JSONValue?

    init(_ name: String, _ shape: Shape, required: Bool = false, standard: JSONValue? = nil) {
      self.name = name
      self.shape = shape
      isRequired = required
      self.standard = standard
    }
  }

  /// For messages: “… must be a list of texts”.
  var noun: String {
    switch self {
    case .text: "a text"
    case .flag: "true or false"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .date: "a date"
    case .moment: "a moment"
    case .amount: "an amount"
    case .currency: "a currency"
    case .countryCode: "a country code"
    case .language: "a language"
    case .address: "an https address"
    case .image: "an https address or a file in media/"
    case .word(let known): "one of " + known.joined(separator: ", ")
    case .slug: "an id"
    case .reference(let kind): "the id of \(kind.noun)"
    case .chapter: "the id of a chapter"
    case .kind: "a kind of entity"
    case .block: "the id of a block"
    case .list: "a list"
    case .object: "a mapping of keys to values"
    case .evidence: "a mapping with “article” and “exact”"
    }
  }
}

extension ContentKind {
  /// With its article, for messages.
  var noun: String {
    switch self {
    case .actor, .article, .event, .update: "an \(rawValue)"
    default: "a \(rawValue)"
    }
  }
}
