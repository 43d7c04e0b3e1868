import Foundation
import StorylineModels

/// Names for ids, and ids for what people type.
struct Names: Sendable {
  var actors: [Identifier<Actor>: Actor]
  var sources: [Identifier<Source>: Source] = [:]
  var tags: [String: String] = [:]
  /// Headlines, where articles are shown by them and not by their ids.
  var articles: [Identifier<Article>: String] = [:]

  /// The name of an actor; its id if the actor is not known.
  func name(_ id: Identifier<Actor>) -> String { actors[id]?.name ?? id.rawValue }

  func names(_ ids: [Identifier<Actor>]) -> String { PlainWords.list(ids.map(name)) }

  func name(_ id: Identifier<Source>) -> String { sources[id]?.name ?? id.rawValue }

  /// A topic or a tag as it is shown.
  func topic(_ id: String) -> String {
    // A tag that is a phrase already, taken from a page, has hyphens that belong to it.
    tags[id] ?? (id.contains(" ") ? id : id.replacing("-", with: " "))
  }

  /// Whether `words` are an actor's id, code or, in part, one of its names, whatever the case and the accents.
  func matches(_ id: Identifier<Actor>, words: String) -> Bool {
    let wanted = fold(words)
    if fold(id.rawValue) == wanted { return true }
    guard let actor = actors[id] else { return false }
    if actor.code.map(fold) == wanted { return true }
    return ([actor.name, actor.nativeName].compactMap(\.self) + (actor.aliases ?? [])).contains {
      fold($0).contains(wanted)
    }
  }

  /// Who is meant by words that somebody types: an id or a whole name before a part of one.
  func actor(_ words: String) -> Identifier<Actor>? {
    let matching = actors.keys.sorted().filter { matches($0, words: words) }
    return matching.first { fold($0.rawValue) == fold(words) || fold(name($0)) == fold(words) } ?? matching.first
  }

  /// The one of some topics or tags that is meant: its id or its name before a part of one.
  func topic(_ words: String, among ids: [String]) -> String? {
    let wanted = fold(words)
    return ids.first { fold($0) == wanted || fold(topic($0)) == wanted }
      ?? ids.first { fold($0).hasPrefix(wanted) || fold(topic($0)).hasPrefix(wanted) }
      ?? ids.first { fold(topic($0)).contains(wanted) }
  }

  /// Those that are mentioned, by id: what goes along with a list in JSON.
  func mentioned(_ ids: some Sequence<Identifier<Actor>>) -> [Actor] {
    Set(ids).compactMap { actors[$0] }.sorted { $0.id < $1.id }
  }

  private func fold(_ text: String) -> String {
    text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
  }
}

/// Words about evidence that several pages share.
enum EvidenceWords {
  /// The articles that a fact rests on, each once: by their headlines, or by their ids for `storyline read`.
  static func articles(_ evidence: [Evidence], _ names: Names) -> [String] {
    var seen: Set<Identifier<Article>> = []
    return evidence.filter { seen.insert($0.article).inserted }.map { proof in
      guard let headline = names.articles[proof.article] else { return proof.article.rawValue }
      return "→\u{A0}" + headline
    }
  }
}
