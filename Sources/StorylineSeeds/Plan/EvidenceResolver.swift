import Foundation
import StorylineModels

/// Finds the block that evidence rests on by its exact words.
enum EvidenceResolver {
  /// Evidence whose article is unknown is left to the rule about references.
  ///
  /// - Parameter unread: of articles that could not be read to their end, what all of their text says.
  static func resolve(
    _ record: SeedRecord, blocks: [String: [Block]], unread: [String: String], faults: inout [Fault]
  ) -> [Evidence] {
    record.facts.evidence.compactMap { draft in
      guard let candidates = blocks[draft.article] else { return nil }
      switch find(draft, in: candidates) {
      case .success(let evidence): return evidence
      case .failure(let fault):
        if let text = unread[draft.article], isExcused(fault, draft, candidates, text) { return nil }
        faults.append(fault)
        return nil
      }
    }
  }

  /// Whether the words may be there once the article can be read; what is certainly wrong is said at once.
  private static func isExcused(_ fault: Fault, _ draft: EvidenceDraft, _ blocks: [Block], _ unread: String) -> Bool {
    guard fault.rule == .evidenceNotFound else { return false }
    // Block ids count from the start of the article, and a block before may be missing.
    if blocks.contains(where: { $0.texts.contains { $0.contains(draft.exact) } }) { return true }
    return unread.contains(BareText.of(draft.exact))
  }

  private static func find(_ draft: EvidenceDraft, in blocks: [Block]) -> Result<Evidence, Fault> {
    let holders = blocks.filter { $0.texts.contains { $0.contains(draft.exact) } }
    let words = "“\(Wording.short(draft.exact))”"
    let evidence = { (block: Block) in
      Evidence(article: Identifier(draft.article), block: block.id, exact: draft.exact)
    }
    if let wanted = draft.block {
      if let block = holders.first(where: { $0.id.rawValue == wanted }) { return .success(evidence(block)) }
      return .failure(notInBlock(draft, wanted, words, blocks, holders))
    }
    if holders.count == 1 { return .success(evidence(holders[0])) }
    if holders.isEmpty { return .failure(notFound(draft, words, blocks)) }
    let names = holders.map(\.id.rawValue).joined(separator: ", ")
    return .failure(
      Fault(
        .evidenceAmbiguous, at: draft.place,
        "the words \(words) stand in several blocks of “\(draft.article)”: \(names)",
        advice: "quote more words, or add “block:”"))
  }

  private static func notInBlock(
    _ draft: EvidenceDraft, _ wanted: String, _ words: String, _ blocks: [Block], _ holders: [Block]
  ) -> Fault {
    let exists = blocks.contains { $0.id.rawValue == wanted }
    let what = exists ? "are not in block “\(wanted)” of" : "cannot be in block “\(wanted)”, which is not in"
    let names = holders.map { "“\($0.id)”" }.joined(separator: ", ")
    let advice = holders.isEmpty ? "copy them from the article as they stand there" : "they stand in \(names)"
    return Fault(
      .evidenceNotFound, at: draft.place, "the words \(words) \(what) article “\(draft.article)”", advice: advice)
  }

  private static func notFound(_ draft: EvidenceDraft, _ words: String, _ blocks: [Block]) -> Fault {
    // Also without quotation marks around all of it, which may be meant for YAML.
    let loose = TextRules.comparable(draft.exact).trimmingCharacters(in: CharacterSet(charactersIn: "\"'«»„"))
    let near = blocks.first { block in block.texts.contains { TextRules.comparable($0).contains(loose) } }
    let advice =
      near.map {
        "block “\($0.id)” has them with other quotation marks, spaces, capitals or ending: copy them from there"
      }
      ?? "copy them from the article as they stand there"
    return Fault(
      .evidenceNotFound, at: draft.place, "the words \(words) are not in article “\(draft.article)”", advice: advice)
  }
}
