import StorylineModels
import Yams

/// Reads a mapping by its schema. What is wrong becomes a fault at its place; the rest is read all the same.
struct FactsReader {
  let document: YAMLDocument
  private(set) var faults: [Fault] = []
  private var facts = Facts()

  init(_ document: YAMLDocument) { self.document = document }

  /// nil if `node` is not a mapping at all.
  mutating func read(_ node: Node, as members: [Shape.Member], what: String) -> Facts? {
    facts = Facts()
    guard let mapping = node.mapping else {
      report(.wrongType, node, "\(what) must be a mapping of keys to values", "write lines such as “id: some-id”")
      return nil
    }
    facts.values = self.members(of: mapping, at: node, as: members, isTop: true)
    return facts
  }

  private mutating func members(
    of mapping: Node.Mapping, at node: Node, as members: [Shape.Member], isTop: Bool = false
  ) -> [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    for (key, value) in mapping {
      guard let name = key.scalar?.string, let member = members.first(where: { $0.name == name }) else {
        unknown(key, among: members)
        continue
      }
      if isTop { facts.places[name] = document.place(of: value) }
      values[name] = isNull(value) ? .null : self.value(value, as: member.shape, key: name)
      // A value that was reported is not reported again as missing.
      if values[name] == nil { values[name] = member.standard ?? .null }
    }
    for member in members where values[member.name] == nil || values[member.name] == .null {
      if member.isRequired, values[member.name] == nil || isEmpty(member.name, in: mapping) {
        report(.missingKey, node, "“\(member.name)” is missing", "add “\(member.name):” with \(member.shape.noun)")
      }
      if let standard = member.standard { values[member.name] = standard }
    }
    return values
  }

  private func isEmpty(_ name: String, in mapping: Node.Mapping) -> Bool {
    mapping[name].map(isNull) ?? true
  }

  private func isNull(_ node: Node) -> Bool {
    guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else { return false }
    return ["", "~", "null"].contains(scalar.string)
  }

  private mutating func unknown(_ key: Node, among members: [Shape.Member]) {
    let name = key.scalar?.string ?? "this key"
    let advice = Wording.didYouMean(name, among: members.map(\.name))
    report(
      .unknownKey, key, "“\(Wording.short(name))” is no key that is known here",
      advice ?? "the keys are " + members.map(\.name).joined(separator: ", "))
  }

  private mutating func value(_ node: Node, as shape: Shape, key: String) -> JSONValue? {
    switch shape {
    case .list(let element):
      guard let sequence = node.sequence else { return wrong(node, shape, key, "start each entry with “- ”") }
      return .array(sequence.compactMap { value($0, as: element, key: key) })
    case .object(let members):
      guard let mapping = node.mapping else { return wrong(node, shape, key, "write one key a line below it") }
      return .object(self.members(of: mapping, at: node, as: members))
    case .evidence:
      guard let mapping = node.mapping else { return wrong(node, shape, key, "name the article and its exact words") }
      return evidence(mapping, at: node)
    default:
      guard let scalar = node.scalar else { return wrong(node, shape, key, "write it on one line behind the key") }
      return self.scalar(scalar.string, node, shape, key)
    }
  }

  private mutating func evidence(_ mapping: Node.Mapping, at node: Node) -> JSONValue? {
    let values = members(of: mapping, at: node, as: Schema.evidence)
    guard case .string(let article)? = values["article"], case .string(let exact)? = values["exact"] else { return nil }
    var block: String?
    if case .string(let name)? = values["block"] { block = name }
    let place = document.place(of: mapping["exact"] ?? node)
    facts.evidence.append(EvidenceDraft(article: article, block: block, exact: exact, place: place))
    return nil
  }

  private mutating func scalar(_ text: String, _ node: Node, _ shape: Shape, _ key: String) -> JSONValue? {
    if let found = TextRules.forbidden(in: text.replacing("\n", with: " ")) {
      // In a YAML escape the column of the character is not that of the file.
      var place = document.place(of: node)
      place.column = node.scalar?.style == .plain ? place.column.map { $0 + found.column - 1 } : place.column
      faults.append(found.fault(at: place))
      return nil
    }
    if TextRules.placeholder(in: text) != nil {
      faults.append(TextRules.placeholderFault(at: document.place(of: node)))
      return nil
    }
    if text.isEmpty {
      report(.wrongType, node, "“\(key)” is empty", "write \(shape.noun) or delete the line")
      return nil
    }
    switch ScalarRules.check(text, as: shape) {
    case .failure(let objection):
      // What a word processor makes of straight ones; YAML takes them for a part of the text.
      let isCurly = text.first.map { "“”„«‘’".contains($0) } ?? false
      let advice = isCurly ? "put it between straight quotation marks (\"), not curly ones" : objection.advice
      report(objection.rule, node, "“\(key)”: \(objection.message)", advice)
      return nil
    case .success(let value):
      if case .reference(let kind) = shape { refer(kind, text, key, node) }
      if case .chapter = shape { refer(nil, text, key, node) }
      if case .image = shape, let file = MediaReference(text, at: document.place(of: node)) { facts.media.append(file) }
      return value
    }
  }

  private mutating func refer(_ kind: ContentKind?, _ id: String, _ key: String, _ node: Node) {
    facts.references.append(Reference(kind: kind, id: id, key: key, place: document.place(of: node)))
  }

  private mutating func wrong(_ node: Node, _ shape: Shape, _ key: String, _ advice: String) -> JSONValue? {
    report(.wrongType, node, "“\(key)” must be \(shape.noun), not \(node.noun)", advice)
    return nil
  }

  private mutating func report(_ rule: Rule, _ node: Node, _ message: String, _ advice: String) {
    faults.append(Fault(rule, at: document.place(of: node), message, advice: advice))
  }
}

extension Node {
  fileprivate var noun: String {
    switch self {
    case .scalar: "a single value"
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .alias: "an alias"
    }
  }
}
