import StorylineClient
import StorylineModels

// The pages as Markdown: the same words, for notes, mails and other programs.

extension ArticlesPage {
  /// A list of tasks: what was read is done.
  var markdown: String {
    Markdown.document([
      "# Articles", Markdown.list(articles.map { "[\($0.isRead ? "x" : " ")] " + Self.item($0, dates) }),
    ])
  }

  static func item(_ article: ArticleSummary, _ dates: DateWords) -> String {
    var about = [article.publishedAt.map(dates.day), article.source, "\(article.readingMinutes) min"]
      .compactMap(\.self)
    if article.isSaved { about.append("saved") }
    if article.isCorrected { about.append("corrected") }
    return "**\(Markdown.escaped(article.headline))** · \(Markdown.escaped(about.joined(separator: " · ")))"
      + " · `\(article.id.rawValue.replacing("`", with: ""))`"
  }
}

extension TimelinePage {
  var markdown: String {
    let parts = sections.flatMap { section in
      ["## " + Markdown.escaped(section.title + section.span), Markdown.list(section.events.map(item))]
    }
    return Markdown.document(["# Timeline"] + parts)
  }

  private func item(_ event: Event) -> String {
    let title = Markdown.escaped(event.title)
    let about = [event.place].compactMap(\.self) + EvidenceWords.articles(event.evidence, names)
    let words = [Markdown.inline(InlineSpans.of(event.summary)), Markdown.escaped(about.joined(separator: " · "))]
    return
      (["\(dates.words(from: event.date, to: event.endDate)): " + (event.weight >= 3 ? "**\(title)**" : title)]
      + words.filter { !$0.isEmpty }).joined(separator: " — ")
  }
}

extension PositionsPage {
  var markdown: String {
    let asOf = at.map { ", as of \(dates.words($0))" } ?? ""
    let parts = board.topics.flatMap { topic in
      ["## " + Markdown.escaped(PlainWords.capitalised(names.topic(topic.topic)))]
        + stances(of: topic).flatMap { stance, seats in
          [
            "### \(Markdown.escaped(PlainWords.capitalised(PlainWords.name(stance)))) · \(seats.count)",
            Markdown.list(seats.flatMap(items)),
          ]
        }
    }
    return Markdown.document(["# Positions" + asOf] + parts)
  }

  private func items(_ seat: Board.Seat) -> [String] {
    seat.positions.prefix(showsHistory ? .max : 1).map { position in
      let head = "**\(Markdown.escaped(names.name(seat.actor)))**"
      let stance = showsHistory ? ", \(PlainWords.name(position.stance))" : ""
      let about = [dates.words(position.date)] + EvidenceWords.articles(position.evidence, names)
      return "\(head)\(stance): \(Markdown.inline(InlineSpans.of(position.summary))) — "
        + Markdown.escaped(about.joined(separator: " · "))
    }
  }
}

extension CommitmentsPage {
  var markdown: String {
    let rows = CommitmentTotals(commitments, all: all).totals.map { total in
      let announced = MoneyWords.words(total.announced, currency: total.currency, approximate: total.approximate)
      return "| \(Markdown.cell(total.currency)) | \(Markdown.cell(announced)) | "
        + "\(Markdown.cell(MoneyWords.words(total.delivered, currency: total.currency))) |"
    }
    let table = ["| currency | announced | delivered |", "| --- | --- | --- |"] + rows
    return Markdown.document([
      "# Commitments", showsList ? Markdown.list(commitments.map(item)) : "", "## Totals",
      table.joined(separator: "\n"),
    ])
  }

  private func item(_ commitment: Commitment) -> String {
    let sum = commitment.money.map { MoneyWords.words($0, approximate: commitment.approximate) } ?? "no sum named"
    let about = [
      "\(names.names(commitment.from)) → \(names.names(commitment.to))", PlainWords.name(commitment.type),
      PlainWords.name(commitment.status), dates.words(commitment.date),
    ]
    return "**\(Markdown.escaped(commitment.title))**, \(Markdown.escaped(sum)) — "
      + Markdown.escaped(about.joined(separator: " · "))
  }
}

extension QuotesPage {
  var markdown: String {
    let parts = quotes.map { quote in
      let speaker = [names.name(quote.speaker), quote.speakerTitle, dates.words(quote.date), quote.occasion]
      return "> \(Markdown.inline(InlineSpans.of(quote.text)))\n>\n> — "
        + Markdown.escaped(speaker.compactMap(\.self).joined(separator: ", "))
    }
    return Markdown.document(["# Quotes"] + parts)
  }
}

extension SearchPage {
  var markdown: String {
    let items = hits.map { hit in
      let kind = PlainWords.capitalised(PlainWords.name(hit.kind))
      let title = InlineText(hit.title).plain
      let words = hit.snippet.text == title ? "" : " — " + Markdown.escaped(hit.snippet.text)
      return "\(Markdown.escaped(kind)): **\(Markdown.escaped(title))**\(words)"
        + " · `\(hit.id.replacing("`", with: ""))`"
    }
    return Markdown.document(["# Search: \(Markdown.escaped(words))", Markdown.list(items)])
  }
}

extension NowPage {
  var markdown: String {
    let factWords = FactWords(names: names, dates: dates)
    let news =
      changes.newArticles.map { "new: " + ArticlesPage.item($0, dates) }
      + changes.changedArticles.map { "changed: " + ArticlesPage.item($0, dates) }
      + changes.withdrawn.map { "withdrawn: " + Markdown.escaped($0.headline) }
      + (changes.since == nil ? [] : facts.map { "fact: " + Markdown.escaped(Line(factWords.spans($0)).text) })
    let asOf = story.asOf.map { " · as of \(dates.words($0))" } ?? ""
    let brief = story.brief.isEmpty ? [] : ["## Where things stand" + Markdown.escaped(asOf)]
    return Markdown.document(
      [
        "# " + Markdown.escaped(story.title),
        Markdown.escaped("\(since): " + (changes.isEmpty ? "nothing new" : counts)), Markdown.list(news),
      ] + brief + story.brief.map { ArticleMarkdown.block($0) })
  }
}
