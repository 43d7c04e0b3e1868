import Foundation
import StorylineModels

/// Bodies of an editor's commits.
enum SampleEdit {
  /// - Parameter id: of the change; the body keeps its own.
  static func source(_ name: String, id: String = "contract-desk", ifMatch: Int? = nil) -> String {
    let precondition = ifMatch.map { #","if_match":\#($0)"# } ?? ""
    return #"{"author":"desk","changes":[{"kind":"source","id":"\#(id)"\#(precondition),"#
      + #""body":{"id":"contract-desk","name":"\#(name)","type":"agency"}}]}"#
  }

  static func removal(rev: Int, reason: String = "error") -> String {
    #"{"author":"desk","changes":[{"kind":"source","id":"contract-desk","if_match":\#(rev),"deleted":true,"#
      + #""reason":"\#(reason)"}]}"#
  }

  /// An article of the sample story with another text, and a note about some article.
  static func article(
    _ number: Int, _ text: String, tags: [String] = [], note: String? = nil, about: String = "", at: String? = nil,
    noteAt: String? = nil
  ) throws -> String {
    var article = SampleStory.article(number)
    article.blocks[0].text = text
    article.tags = tags
    var entities: [(Entity, String?)] = [(.article(article), at)]
    if let note {
      let update = Update(
        id: Identifier(note), story: SampleStory.id, target: .init(kind: .article, id: about), type: .correction,
        at: Timestamp(milliseconds: 1_720_000_000_000), note: "It was otherwise.")
      entities.append((.update(update), noteAt))
    }
    let changes = try entities.map { entity, at in
      let time = at.map { #","publish_at":"\#($0)""# } ?? ""
      return #"{"kind":"\#(entity.kind)","id":"\#(entity.id)"\#(time),"body":\#(try entity.body().text)}"#
    }
    return #"{"author":"desk","changes":[\#(changes.joined(separator: ","))]}"#
  }

  static let scheduled =
    #"{"author":"desk","changes":[{"kind":"source","id":"later","publish_at":"2999-01-01T00:00:00.000Z","#
    + #""body":{"id":"later","name":"Later","type":"agency"}}]}"#

  static let unscheduled = #"{"author":"desk","changes":[{"kind":"source","id":"later","unschedule":true}]}"#
}
