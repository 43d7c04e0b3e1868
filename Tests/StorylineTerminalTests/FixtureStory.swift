import Foundation
import StorylineModels

/// A small story with one of everything that a page can show.
enum FixtureStory {
  static let story: Identifier<Story> = "bridge"

  static func date(_ text: String) -> PartialDate {
    guard let date = PartialDate(text) else { preconditionFailure("“\(text)” is not a date") }
    return date
  }

  static func moment(_ text: String) -> Timestamp {
    guard let moment = Timestamp(text) else { preconditionFailure("“\(text)” is not a time") }
    return moment
  }

  private static func proof(_ article: Identifier<Article>, _ block: Identifier<Block>, _ exact: String) -> [Evidence] {
    [Evidence(article: article, block: block, exact: exact)]
  }

  /// All but the correction of `2024-07-11-summit`.
  static var entities: [Entity] {
    [.story(storyRecord)] + sources + actors + articles(version: 1) + events + quotes + positions + commitments
  }

  static var storyRecord: Story {
    Story(
      id: story, title: "The bridge at Kholmy", asOf: date("2024-07-12"),
      brief: [
        Block(
          id: "s1", role: .paragraph, text: "The two towns want **one** bridge and have promised half of its price."),
        Block(
          id: "s2", role: .paragraph,
          text: "Nobody has named a day on which the work begins; the council meets again in August."),
      ],
      chapters: [
        Story.Chapter(id: "plans", title: "Plans on paper", from: date("2008"), to: date("2023")),
        Story.Chapter(id: "summit", title: "The summit of the towns", from: date("2024-07")),
      ],
      tagNames: ["bridge-works": "the bridge works"])
  }

  private static let sources: [Entity] = [
    .source(Source(id: "sample-desk", name: "Sample Desk", type: "agency")),
    .source(Source(id: "town-hall", name: "Town hall of Kholmy", type: "government")),
  ]

  private static let actors: [Entity] = [
    .actor(Actor(id: "kholmy", type: .country, name: "Kholmy", nativeName: "Холми", code: "KH")),
    .actor(Actor(id: "zarichchia", type: .country, name: "Zarichchia", code: "ZA")),
    .actor(Actor(id: "league", type: .organisation, name: "League of River Towns", aliases: ["the League"])),
    .actor(Actor(id: "olena", type: .person, name: "Olena Vovk")),
    .actor(Actor(id: "jose", type: .person, name: "José Brücke")),
  ]

  static func articles(version: Int) -> [Entity] {
    [.article(summit(version: version)), .article(old), .article(wide)]
  }

  static func summit(version: Int) -> Article {
    let sum = version == 1 ? "40 million dollars" : "40 million euros"
    return Article(
      id: "2024-07-11-summit", story: story, chapter: "summit", headline: "Towns call the bridge irreversible",
      standfirst: "What was agreed on the *second* day, and what was not.", dateline: "Kholmy",
      byline: ["A. Writer", "B. Writer"], source: "sample-desk", sources: ["sample-desk", "town-hall"],
      url: "https://news.example/41", publishedAt: moment("2024-07-11T06:00:00Z"), version: version,
      tags: ["bridge-works", "summit"], actors: ["kholmy", "zarichchia"], readingMinutes: 3,
      blocks: [
        Block(
          id: "b1", role: .paragraph,
          text:
            "Both councils said that the bridge is on an **irreversible** path. The [full text](https://town.example/text) "
            + "names no day — as before."),
        Block(id: "b2", role: .heading, text: "What was agreed", level: 2),
        Block(
          id: "b3", role: .list, style: "bullet", purpose: "key-points",
          items: [
            "Funding of \(sum) within a year",
            "A new office in Zarichchia that plans the works and reports to both councils",
          ]),
        Block(
          id: "b4", role: .quote, text: "We will build it together.", attribution: "Olena Vovk, mayor",
          quote: "q-together"),
        Block(id: "b5", role: .heading, text: "What was not", level: 3),
        Block(id: "b6", role: .list, style: "number", items: ["A first day of work", "A name"]),
        Block(
          id: "b7", role: .image, url: "/media/bridge.jpg", alt: "The old ferry", caption: "Kholmy, 10 July",
          credit: "Sample"),
        Block(id: "b8", role: .link, title: "What the plan of 2008 said", article: "2008-04-04-plan"),
        Block(
          id: "b9", role: .init(rawValue: "poll"), fallback: "Readers were asked: yes 60 %, no 40 %.",
          other: ["votes": .integer(100)]),
      ],
      updates: version == 1 ? nil : ["u-41-2"])
  }

  private static let old = Article(
    id: "2008-04-04-plan", story: story, chapter: "plans", headline: "A plan for a bridge", source: "sample-desk",
    publishedAt: moment("2008-04-04T00:00:00Z"), tags: ["plans"],
    blocks: [
      Block(
        id: "b1", role: .paragraph,
        text: "The plan of 2008 promised that the bridge will be built. It did not say when.")
    ])

  /// Text of several scripts, and text that would like to be a terminal command.
  private static let wide = Article(
    id: "2024-07-12-wide", story: story, headline: "Зведення моста: \u{1B}]52;c;cm0=\u{07}北约与乌克兰 👩‍👩‍👧‍👦 🇺🇦",
    publishedAt: moment("2024-07-12T21:30:00Z"),
    blocks: [
      Block(
        id: "b1", role: .paragraph,
        text: "Міст \u{202E}rev\u{202C} — 桥梁将在两年内建成，但没有人说出开工的日期。 e\u{301}te\u{301} \u{1B}[31mred")
    ])

  private static let events: [Entity] = [
    .event(
      Event(
        id: "plan-2008", story: story, chapter: "plans", date: date("2008"), type: "plan", weight: 3,
        title: "The first plan",
        summary: "Engineers draw a bridge of five arches.",
        evidence: proof("2008-04-04-plan", "b1", "the bridge will be built"))),
    .event(
      Event(
        id: "survey", story: story, chapter: "plans", date: date("2019-05"), type: "survey",
        title: "A survey of the river bed",
        summary: "", evidence: [])),
    .event(
      Event(
        id: "summit-2024", story: story, chapter: "summit", date: date("2024-07-09"), endDate: date("2024-07-11"),
        type: "summit",
        weight: 3, title: "Summit of the towns", summary: "Both councils publish *one* text.", place: "Kholmy",
        actors: ["kholmy", "zarichchia"],
        evidence: proof("2024-07-11-summit", "b1", "the bridge is on an irreversible path"))),
    .event(
      Event(
        id: "office", story: story, date: date("2024-07-10"), type: "office", weight: 2,
        title: "An office that plans the works",
        summary: "It sits in Zarichchia and reports to both councils.", place: "Zarichchia",
        evidence: proof("2024-07-11-summit", "b3", "A new office in Zarichchia"))),
    .event(
      Event(
        id: "august", story: story, chapter: "summit", date: date("2024-08-28"), endDate: date("2024-09-02"),
        type: "meeting",
        title: "The council meets again", summary: "The first day of work is on its list.", evidence: [])),
  ]

  private static let quotes: [Entity] = [
    .quote(
      Quote(
        id: "q-together", story: story, text: "We will build it together.", speaker: "olena",
        speakerTitle: "Mayor of Kholmy",
        date: date("2024-07-10"), place: "Kholmy", occasion: "press conference", language: "uk", translated: true,
        evidence: proof("2024-07-11-summit", "b4", "We will build it together."))),
    .quote(
      Quote(
        id: "q-never", story: story, text: "Not as long as I sit here.", speaker: "jose", date: date("2023"),
        evidence: [])),
  ]

  private static let positions: [Entity] = [
    .position(
      Position(
        id: "k-2008", story: story, actor: "kholmy", topic: "toll", stance: .undecided, date: date("2008"),
        summary: "Waits for the plan.", evidence: [])),
    .position(
      Position(
        id: "k-2024", story: story, actor: "kholmy", topic: "toll", stance: .supports, date: date("2024-07"),
        summary: "Wants a toll of one crown a crossing until the loan is paid back.", statedBy: "olena",
        supersedes: "k-2008",
        evidence: proof("2024-07-11-summit", "b1", "names no day"))),
    .position(
      Position(
        id: "z-2023", story: story, actor: "zarichchia", topic: "toll", stance: .opposes, date: date("2023-06-01"),
        summary: "Would not ask anybody to pay.", evidence: [])),
    .position(
      Position(
        id: "l-2024", story: story, actor: "league", topic: "bridge-works", stance: .supportsWithConditions,
        date: date("2024-07-11"), summary: "Pays if both towns do.", evidence: [])),
  ]

  private static let commitments: [Entity] = [
    .commitment(
      Commitment(
        id: "league-40m", story: story, from: ["league"], to: ["kholmy", "zarichchia"], title: "Funding for one year",
        type: .financial, amount: DecimalText("40000000"), currency: "EUR", status: .announced,
        date: date("2024-07-10"),
        until: date("2025-07"), evidence: proof("2024-07-11-summit", "b3", "Funding of 40 million"))),
    .commitment(
      Commitment(
        id: "kholmy-5m", story: story, from: ["kholmy"], to: ["zarichchia"], title: "Kholmy's share of the first year",
        type: .financial, amount: DecimalText("5000000"), currency: "EUR", status: .delivered, date: date("2024-07-11"),
        delivered: DecimalText("4500000"), partOf: "league-40m", evidence: [])),
    .commitment(
      Commitment(
        id: "piers", story: story, from: ["zarichchia"], to: ["kholmy"], title: "Two piers", type: .other,
        amount: DecimalText("1234567"), currency: "USD", approximate: true, status: .approved, date: date("2024-03"),
        delivered: DecimalText("1000"), evidence: [])),
    .commitment(
      Commitment(
        id: "engineers", story: story, from: ["league"], to: ["kholmy"], title: "Training of engineers",
        type: .training,
        status: .delivering, date: date("2023"), evidence: [])),
    .commitment(
      Commitment(
        id: "cranes", story: story, from: ["league"], to: ["kholmy"], title: "Cranes", type: .other,
        amount: DecimalText("9000000"), currency: "EUR", status: .cancelled, date: date("2022"), evidence: [])),
  ]

  /// What a second commit brings.
  static var correction: [Entity] {
    [
      .article(summit(version: 2)),
      .update(
        Update(
          id: "u-41-2", story: story, target: Update.Target(kind: .article, id: "2024-07-11-summit"), type: .correction,
          at: moment("2024-07-12T08:10:00Z"), note: "An earlier version gave the sum in dollars.", blocks: ["b3"],
          fromVersion: 1, toVersion: 2)),
      .article(
        Article(
          id: "2024-07-13-toll", story: story, headline: "Who pays the toll", source: "sample-desk",
          publishedAt: moment("2024-07-13T09:00:00Z"),
          blocks: [Block(id: "b1", role: .paragraph, text: "Nobody, says Zarichchia.")])),
    ]
  }
}
