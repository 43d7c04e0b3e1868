import Foundation
import StorylineClient
import StorylineModels
import Testing

@testable import StorylineTerminal

@Suite struct FactsTests {
  private func position(
    _ id: Identifier<Position>, _ actor: Identifier<Actor>, _ date: String, _ stance: Position.Stance,
    supersedes: Identifier<Position>? = nil
  ) -> Position {
    Position(
      id: id, story: "s", actor: actor, topic: "t", stance: stance, date: FixtureStory.date(date), summary: "",
      supersedes: supersedes, evidence: [])
  }

  @Test func `the board holds the newest position of each actor as of a date`() {
    let positions = [
      position("a1", "a", "2022", .undecided), position("a2", "a", "2023-06-15", .opposes),
      position("a3", "a", "2024-07", .supports), position("b1", "b", "2024-07-10", .supports),
      position("b2", "b", "2024-07-10", .opposes, supersedes: "b1"),
    ]
    func board(_ at: String?) -> [Identifier<Position>] {
      Board(positions.shuffled(), at: at.map(FixtureStory.date)).positions(history: false).map(\.id)
    }
    #expect(board(nil) == ["a3", "b2"])
    #expect(board("2023-06") == ["a2"])
    #expect(board("2023-06-14") == ["a1"])
    #expect(board("2024-07-01") == ["a3"])
    #expect(board("2021") == [])
    #expect(Board(positions).positions(history: true).map(\.id) == ["a3", "a2", "a1", "b2", "b1"])
    #expect(Board(positions).filtered(topic: nil, stance: .opposes).positions(history: false).map(\.id) == ["b2"])
  }

  private func commitment(
    _ id: Identifier<Commitment>, _ amount: String?, _ currency: String = "EUR", partOf: Identifier<Commitment>? = nil,
    delivered: String? = nil, status: Commitment.Status = .announced
  ) -> Commitment {
    Commitment(
      id: id, story: "s", from: ["a"], to: ["b"], title: id.rawValue, type: .other,
      amount: amount.flatMap(DecimalText.init), currency: currency, status: status, date: FixtureStory.date("2024"),
      delivered: delivered.flatMap(DecimalText.init), partOf: partOf, evidence: [])
  }

  private func sums(_ commitments: [Commitment], all: [Commitment]? = nil) -> [String] {
    CommitmentTotals(commitments, all: all ?? commitments).totals.map {
      "\($0.currency) \($0.announced) \($0.delivered)"
    }
  }

  @Test func `sums are added within a currency and never across`() {
    #expect(
      sums([commitment("a", "10"), commitment("b", "0.5"), commitment("c", "7", "USD")]) == ["EUR 10.5 0", "USD 7 0"])
    #expect(sums([commitment("a", nil), commitment("b", "5", status: .cancelled)]) == [])
  }

  @Test func `a part is not counted beside its whole, and is where the whole is not in the list`() {
    let whole = commitment("whole", "100")
    let part = commitment("part", "30", partOf: "whole")
    let grandchild = commitment("grandchild", "10", partOf: "part")
    #expect(sums([whole, part, grandchild]) == ["EUR 100 0"])
    #expect(sums([part, grandchild], all: [whole, part, grandchild]) == ["EUR 30 0"])
    #expect(sums([whole, grandchild], all: [whole, part, grandchild]) == ["EUR 100 0"])
    #expect(sums([commitment("whole", "100", status: .cancelled), part]) == ["EUR 30 0"])
  }

  @Test func `what arrived is taken from the whole, else from its parts`() {
    let parts = [
      commitment("p1", "30", partOf: "w", delivered: "20"), commitment("p2", "5", partOf: "w", status: .delivered),
    ]
    #expect(sums([commitment("w", "100")] + parts) == ["EUR 100 25"])
    #expect(sums([commitment("w", "100", delivered: "60")] + parts) == ["EUR 100 60"])
    #expect(sums([commitment("w", "100", status: .delivered)]) == ["EUR 100 100"])
  }

  @Test func `rows that are parts of each other are counted once`() {
    #expect(sums([commitment("a", "10", partOf: "b"), commitment("b", "10", partOf: "a")]) == ["EUR 10 0"])
    #expect(sums([commitment("a", "10", partOf: "a")]) == ["EUR 10 0"])
  }

  @Test func `a fact's mark stands behind its words, across inline marks and with the full stop`() {
    let article = Article(
      id: "x", story: "s", headline: "X",
      blocks: [Block(id: "b1", role: .paragraph, text: "They called it **irreversible** and paid. Then *they* left.")])
    let event = Event(
      id: "e", story: "s", date: FixtureStory.date("2024"), type: "t", title: "E", summary: "",
      evidence: [Evidence(article: "x", block: "b1", exact: "it irreversible and paid")])
    let quote = Quote(
      id: "q", story: "s", text: "they", speaker: "a", date: FixtureStory.date("2024"),
      evidence: [
        Evidence(article: "x", block: "b1", exact: "they left"), Evidence(article: "other", block: "b1", exact: "Then"),
      ])
    let marks = FactMarks(ArticleFacts(events: [event], quotes: [quote]), in: article)
    let spans = marks.spans(article.blocks[0].text ?? "", in: "b1")
    #expect(Line(spans).text == "They called it irreversible and paid.[E1] Then they left.[Q1]")
    #expect(spans.contains(Span("irreversible", .strong)))
    #expect(marks.entries.map(\.mark) == ["E1", "Q1"])
  }
}
