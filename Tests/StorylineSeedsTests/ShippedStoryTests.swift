import Foundation
import StorylineModels
import StorylineSeeds
import Testing

/// The story of Ukraine and NATO has what it promises.
@Suite struct ShippedStoryTests {
  private static let entities: [Entity] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("seeds/ukraine-nato").path
    return SeedFolder.read(folder).entities()
  }()

  private var articles: [Article] {
    Self.entities.compactMap { if case .article(let value) = $0 { value } else { nil } }
  }
  private var actors: [Actor] { Self.entities.compactMap { if case .actor(let value) = $0 { value } else { nil } } }
  private var events: [Event] { Self.entities.compactMap { if case .event(let value) = $0 { value } else { nil } } }
  private var quotes: [Quote] { Self.entities.compactMap { if case .quote(let value) = $0 { value } else { nil } } }
  private var positions: [Position] {
    Self.entities.compactMap { if case .position(let value) = $0 { value } else { nil } }
  }

  @Test func `40 articles at least, five of them in Ukrainian, from 1994 on, each with its sources`() {
    #expect(articles.count >= 40)
    #expect(articles.count { $0.language == "uk" } >= 5)
    #expect(articles.allSatisfy { $0.publishedAt != nil && !($0.sources ?? []).isEmpty })
    for case .source(let source) in Self.entities { #expect(source.url?.hasPrefix("https://") == true, "\(source.id)") }
  }

  @Test func `32 allies with the day of their accession`() {
    let allies = actors.filter { actor in actor.memberOf?.contains { $0.actor == "nato" } == true }
    #expect(allies.count == 32)
    let days = Dictionary(grouping: allies.compactMap { $0.memberOf?.first { $0.actor == "nato" }?.since.text }) { $0 }
      .mapValues(\.count)
    #expect(
      days == [
        "1949-08-24": 12, "1952-02-18": 2, "1955-05-06": 1, "1982-05-30": 1, "1999-03-12": 3, "2004-03-29": 7,
        "2009-04-01": 2, "2017-06-05": 1, "2020-03-27": 1, "2023-04-04": 1, "2024-03-07": 1,
      ])
  }

  @Test(arguments: [
    ("partnership-for-peace-1994", "1994-02-08"), ("madrid-charter-1997", "1997-07-09"),
    ("bucharest-declaration-2008", "2008-04-03"), ("non-bloc-law-2010", "2010-07-01"),
    ("crimea-annexation-2014", "2014-03-18"), ("constitution-vote-2019", "2019-02-07"),
    ("enhanced-partner-2020", "2020-06-12"), ("invasion-2022", "2022-02-24"),
    ("ukraine-application-2022", "2022-09-30"), ("vilnius-summit-2023", "2023-07-11"),
    ("nato-ukraine-council-2023", "2023-07-12"), ("washington-declaration-2024", "2024-07-10"),
    ("brussels-ministerial-2024", "2024-12-03"), ("hegseth-brussels-2025", "2025-02-12"),
    ("hague-summit-2025", "2025-06-24"), ("membership-offer-2025", "2025-12-14"),
    ("paris-declaration-2026", "2026-01-06"),
  ])
  func `the key events are there`(id: String, date: String) {
    #expect(events.first { $0.id.rawValue == id }?.date.text == date)
  }

  @Test func `every quotation says on what occasion, and people of Ukraine have both scripts`() {
    #expect(quotes.count >= 15)
    #expect(quotes.allSatisfy { $0.occasion != nil })
    #expect(quotes.count { $0.place == nil } <= 3)
    let people = actors.filter {
      $0.type.rawValue == "person"
        && $0.roles?.contains { $0.actor == "ukraine" || $0.actor == "verkhovna-rada" } == true
    }
    #expect(people.count >= 13)
    for person in people {
      #expect(person.nativeName?.unicodeScalars.contains { (0x400...0x52F).contains($0.value) } == true, "\(person.id)")
    }
  }

  @Test func `every ally has a position of its own`() {
    let allies = actors.filter { actor in actor.memberOf?.contains { $0.actor == "nato" } == true }.map(\.id)
    #expect(Set(allies).subtracting(positions.map(\.actor)).isEmpty)
  }

  /// The promises of Helsinki in May 2023 were those of members; Sweden was none.
  @Test func `nobody is given a position on membership that others took`() {
    #expect(board("membership", at: "2023-12-31")["sweden"] == nil)
    #expect(board("membership", at: "2024-05-31")["sweden"] == "supports")
  }

  /// The stance of each ally at a day: of its positions on a topic the newest one.
  private func board(_ topic: String, at day: String) -> [String: String] {
    let known = positions.filter { $0.topic == topic && $0.date.text <= day }
    return Dictionary(grouping: known, by: \.actor.rawValue).compactMapValues { rows in
      rows.max { $0.date.text < $1.date.text }?.stance.rawValue
    }
  }

  @Test func `the board stands as it stood`() {
    let (early, late) = (board("membership", at: "2008-12-31"), board("membership", at: "2024-12-04"))
    #expect(early == ["ukraine": "supports", "united-states": "supports", "france": "opposes", "russia": "opposes"])
    #expect(board("membership", at: "2012-01-01")["ukraine"] == "opposes")
    #expect(board("membership", at: "2022-10-02")["slovakia"] == "supports" && late["slovakia"] == "opposes")
    #expect(board("membership", at: "2023-06-01")["denmark"] == "supports")
    #expect(
      late["france"] == "supports-with-conditions" && late["hungary"] == "opposes"
        && late["united-kingdom"] == "supports")
    #expect(board("invitation", at: "2024-12-04")["germany"] == "opposes")
    #expect(late["united-states"] == "supports-with-conditions" && late["ukraine"] == "supports")
    let last = board("membership", at: "2026-01-07")
    #expect(last["united-states"] == "opposes" && last["ukraine"] == "undecided")
    #expect(board("membership", at: "2023-07-10")["luxembourg"] == nil)
    #expect(board("weapons", at: "2025-03-10")["united-states"] == "opposes")
    #expect(board("weapons", at: "2025-03-11")["united-states"] == "supports")
    // Each follows the one before it.
    let ids = Dictionary(uniqueKeysWithValues: positions.map { ($0.id, $0) })
    for position in positions {
      guard let before = position.supersedes.flatMap({ ids[$0] }) else { continue }
      #expect(before.actor == position.actor && before.date.text < position.date.text, "\(position.id)")
    }
  }
}
