import StorylineClient
import StorylineModels

/// Finds the article that somebody means by an id or the beginning of one.
struct ArticleLookup {
  var replica: Replica

  func article(_ text: String) throws -> ArticleSummary {
    let articles = try replica.articles()
    if let exact = articles.first(where: { $0.id.rawValue == text }) { return exact }
    let starting = articles.filter { $0.id.rawValue.hasPrefix(text) }
    if starting.count == 1, !text.isEmpty { return starting[0] }
    throw Self.failure(
      text, candidates: (starting.isEmpty ? articles : starting).map(\.id.rawValue), isPrefix: !starting.isEmpty)
  }

  private static func failure(_ text: String, candidates: [String], isPrefix: Bool) -> CommandFailure {
    let what = isPrefix && !text.isEmpty ? "“\(text)” begins several ids" : "there is no article “\(text)”"
    let near = isPrefix ? candidates.sorted() : near(text, among: candidates)
    if near.isEmpty { return CommandFailure(.error, "\(what); “storyline articles” lists them") }
    let named = near.prefix(5).joined(separator: ", ")
    return CommandFailure(.error, isPrefix ? "\(what): \(named)" : "\(what); did you mean \(named)?")
  }

  /// At most three ids that hold the text, or differ from it by few letters.
  private static func near(_ text: String, among ids: [String]) -> [String] {
    let wanted = text.lowercased()
    let ranked = ids.compactMap { id -> (distance: Int, id: String)? in
      if wanted.count > 2, id.contains(wanted) { return (0, id) }
      let distance = NearWords.distance(Array(wanted.utf8.prefix(80)), Array(id.utf8))
      return distance <= max(2, id.utf8.count / 3) ? (distance, id) : nil
    }
    return ranked.sorted { ($0.distance, $0.id) < ($1.distance, $1.id) }.prefix(3).map(\.id)
  }
}
