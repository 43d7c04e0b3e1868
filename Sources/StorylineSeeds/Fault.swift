/// One thing that is wrong in an editor's file: where, what, and what to do about it.
public struct Fault: Error, Hashable, Sendable, Codable, CustomStringConvertible {
  /// How bad it is. Only errors stop a publication.
  public enum Severity: String, Hashable, Sendable, Codable, CaseIterable { case error, warning, note }

  public var severity: Severity
  public var rule: Rule
  /// The path as it was given, so that an editor's window can jump there.
  public var file: String
  /// From 1. What concerns a file as a whole stands at its first line.
  public var line: Int
  /// From 1, in Unicode scalars; nil if the whole line is meant.
  public var column: Int?
  public var message: String
  public var advice: String?

  public init(
    _ severity: Severity, _ rule: Rule, at place: Place, _ message: String, advice: String? = nil
  ) {
    self.severity = severity
    self.rule = rule
    file = place.file
    line = place.line
    column = place.column
    self.message = message
    self.advice = advice
  }

  /// An error.
  public init(_ rule: Rule, at place: Place, _ message: String, advice: String? = nil) {
    self.init(.error, rule, at: place, message, advice: advice)
  }

  /// `FILE:LINE:COLUMN: error: what is wrong; what to do`, on one line and without a control character.
  public var description: String {
    let text = [message, advice].compactMap(\.self).joined(separator: "; ")
    return TextRules.visible("\(file):\(line):\(column ?? 1): \(severity.rawValue): \(text)")
  }

  /// A command of a workflow on GitHub, which shows the fault at its line.
  public var workflowCommand: String {
    let level = severity == .note ? "notice" : severity.rawValue
    let text = [message, advice].compactMap(\.self).joined(separator: "; ")
    let properties = [("file", file), ("line", String(line)), ("col", String(column ?? 1)), ("title", rule.rawValue)]
    let listed = properties.map { "\($0.0)=\(Self.escaped($0.1, also: [":", ","]))" }.joined(separator: ",")
    return "::\(level) \(listed)::\(Self.escaped(text))"
  }

  private static func escaped(_ text: String, also more: [Character] = []) -> String {
    var escaped = ""
    for character in TextRules.visible(text) {
      if character == "%" || more.contains(character) {
        escaped += character.utf8.map { "%" + String($0, radix: 16, uppercase: true) }.joined()
      } else {
        escaped.append(character)
      }
    }
    return escaped
  }

  public var place: Place { Place(file: file, line: line, column: column) }
}

/// A place in an editor's file. Lines and columns count from 1.
public struct Place: Hashable, Sendable, Codable, Comparable {
  public var file: String
  public var line: Int
  public var column: Int?

  public init(file: String, line: Int = 1, column: Int? = nil) {
    self.file = file
    self.line = line
    self.column = column
  }

  public static func < (left: Self, right: Self) -> Bool {
    (left.file, left.line, left.column ?? 0) < (right.file, right.line, right.column ?? 0)
  }
}

/// Every rule that a fault can come from; `docs/seed-format.md` explains each of them.
public enum Rule: String, Hashable, Sendable, Codable, CaseIterable {
  case unreadable, tooLarge = "too-large", empty, encoding, binary
  case forbiddenCharacter = "forbidden-character"
  case yamlSyntax = "yaml-syntax"
  case yamlAnchor = "yaml-anchor"
  case frontMatter = "front-matter"
  case markdown
  case wrongType = "wrong-type"
  case unknownKey = "unknown-key"
  case missingKey = "missing-key"
  case unknownWord = "unknown-word"
  case badID = "bad-id"
  case derivedID = "derived-id"
  case duplicateID = "duplicate-id"
  case badDate = "bad-date"
  case dateOrder = "date-order"
  case badAmount = "bad-amount"
  case currency
  case notHTTPS = "not-https"
  case placeholder
  case altText = "alt-text"
  case unknownReference = "unknown-reference"
  case evidenceMissing = "evidence-missing"
  case evidenceNotFound = "evidence-not-found"
  case evidenceAmbiguous = "evidence-ambiguous"
  case eventAfterArticle = "event-after-article"
  case noPublicationDate = "no-publication-date"
  case noText = "no-text"
  case dropped
  case lineOverride = "line-override"
  case assumedStory = "assumed-story"
  case otherStory = "other-story"
  case mediaName = "media-name"
  case mediaMissing = "media-missing"
  case mediaFormat = "media-format"
  case mediaPosition = "media-position"
  case mediaUnused = "media-unused"
  case mediaDouble = "media-double"
  case ignoredFile = "ignored-file"
  case folder
}
