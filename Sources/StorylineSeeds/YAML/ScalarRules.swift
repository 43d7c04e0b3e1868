import StorylineModels

/// What single values must look like.
enum ScalarRules {
  struct Objection: Error {
    let rule: Rule
    let message: String
    let advice: String
  }

  static func check(_ text: String, as shape: Shape) -> Result<JSONValue, Objection> {
    guard text.utf8.count <= SeedLimits.textBytes else {
      return no(
        .tooLarge, "the text has more than \(SeedLimits.textBytes) bytes", "shorten it, or make an article of it")
    }
    return checkShort(text, as: shape)
  }

  private static func checkShort(_ text: String, as shape: Shape) -> Result<JSONValue, Objection> {
    switch shape {
    case .flag: flag(text)
    case .integer(let range): integer(text, range)
    case .date: date(text)
    case .moment: moment(text)
    case .amount: amount(text)
    case .currency: currency(text)
    case .countryCode: countryCode(text)
    case .language: language(text)
    case .address: address(text)
    case .image: image(text)
    case .word(let known): word(text, known)
    case .kind: word(text, ContentKind.known.map(\.rawValue))
    case .slug, .reference, .chapter: slug(text)
    case .text, .block, .list, .object, .evidence: .success(.string(TextRules.normalised(text)))
    }
  }

  private static func no(_ rule: Rule, _ message: String, _ advice: String) -> Result<JSONValue, Objection> {
    .failure(Objection(rule: rule, message: message, advice: advice))
  }

  private static func flag(_ text: String) -> Result<JSONValue, Objection> {
    switch text {
    case "true": .success(.bool(true))
    case "false": .success(.bool(false))
    default: no(.wrongType, "“\(Wording.short(text))” is neither true nor false", "write true or false")
    }
  }

  private static func integer(_ text: String, _ range: ClosedRange<Int>) -> Result<JSONValue, Objection> {
    if let number = Int64(text), let small = Int(exactly: number), range.contains(small) {
      return .success(.integer(number))
    }
    let noun = Shape.integer(range).noun
    return no(.wrongType, "“\(Wording.short(text))” is not \(noun)", "write \(noun)")
  }

  private static func date(_ text: String) -> Result<JSONValue, Objection> {
    guard PartialDate(text) == nil else { return .success(.string(text)) }
    return no(
      .badDate, "“\(Wording.short(text))” is not a date, or no such day exists",
      "write \"2008\", \"2024-07\", \"2024-07-10\" or \"2024-07-10T16:30:00Z\"")
  }

  private static func moment(_ text: String) -> Result<JSONValue, Objection> {
    // The day is checked apart: the library would read 30 February as 1 March.
    if let moment = Timestamp(text), PartialDate(text) != nil { return .success(.string(moment.description)) }
    let advice =
      PartialDate(text)?.precision == .day
      ? "add the time: \"\(text)T00:00:00Z\"" : "write it like \"2024-07-10T16:30:00Z\""
    return no(.badDate, "“\(Wording.short(text))” is not a moment", advice)
  }

  private static func amount(_ text: String) -> Result<JSONValue, Objection> {
    guard DecimalText(text) == nil else { return .success(.string(text)) }
    return no(
      .badAmount, "“\(Wording.short(text))” is not an amount", "write digits only, such as \"725000000\"")
  }

  private static func currency(_ text: String) -> Result<JSONValue, Objection> {
    guard !Money.isCurrencyCode(text) else { return .success(.string(text)) }
    return no(.currency, "“\(Wording.short(text))” is not a currency code", "write ISO 4217, such as EUR or USD")
  }

  private static func countryCode(_ text: String) -> Result<JSONValue, Objection> {
    let isCode = text.utf8.count == 2 && text.utf8.allSatisfy { (65...90).contains($0) }
    guard !isCode else { return .success(.string(text)) }
    return no(
      .wrongType, "“\(Wording.short(text))” is not a country code", "write two capital letters, such as \"UA\"")
  }

  private static func language(_ text: String) -> Result<JSONValue, Objection> {
    guard text.wholeMatch(of: /[a-z]{2,3}(-[A-Za-z0-9]{2,8})*/) == nil else { return .success(.string(text)) }
    return no(.wrongType, "“\(Wording.short(text))” is not a language tag", "write BCP 47, such as en or uk")
  }

  private static func address(_ text: String) -> Result<JSONValue, Objection> {
    if let objection = AddressRules.objection(to: text) { return no(.notHTTPS, objection, "write https://…") }
    return .success(.string(text))
  }

  private static func image(_ text: String) -> Result<JSONValue, Objection> {
    guard let objection = MediaReference.objection(to: text) else { return .success(.string(text)) }
    return no(objection.rule, objection.message, objection.advice)
  }

  private static func word(_ text: String, _ known: [String]) -> Result<JSONValue, Objection> {
    guard !known.contains(text) else { return .success(.string(text)) }
    return no(
      .unknownWord, "“\(Wording.short(text))” is not \(Shape.word(known).noun)",
      Wording.didYouMean(text, among: known) ?? "use one of these words")
  }

  private static func slug(_ text: String) -> Result<JSONValue, Objection> {
    guard !Slug.isValid(text) else { return .success(.string(text)) }
    let example = Wording.slug(from: text).map { ", such as “\($0)”" } ?? ""
    return no(
      .badID, "“\(Wording.short(text))” is not an id",
      "use small letters, digits and hyphens, at most \(Slug.maximumLength)\(example)")
  }
}

/// What an address that readers may be sent to must look like.
enum AddressRules {
  /// nil if all is well.
  static func objection(to text: String) -> String? {
    guard text.hasPrefix("https://") else { return "“\(Wording.short(text))” is not an https address" }
    let host = text.dropFirst(8).prefix { !"/?#".contains($0) }
    let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E }
    guard !host.isEmpty, !host.contains("@"), isPlain else {
      return "“\(Wording.short(text))” is not a well-formed address"
    }
    return nil
  }
}
