import StorylineModels

/// Where an article leads to, in the order of its text, and at the end its own address.
struct ArticleLink: Hashable, Sendable {
  enum Target: Hashable, Sendable {
    case article(Identifier<Article>)
    /// As it stands in the text; `SafeAddress` says whether it may be opened.
    case address(String)
  }

  var text: String
  var target: Target

  /// What stands behind its words, for the eye.
  var about: String {
    switch target {
    case .article: "article"
    case .address(let address): address
    }
  }

  static func all(in article: Article) -> [ArticleLink] {
    var links: [ArticleLink] = []
    for block in article.blocks {
      let texts = [block.text, block.attribution].compactMap(\.self) + (block.items ?? [])
      for run in texts.flatMap({ InlineText($0).runs }) {
        if let link = run.link { links.append(ArticleLink(text: run.text, target: .address(link))) }
      }
      guard block.role == .link else { continue }
      let title = InlineText(block.title ?? block.text ?? "").plain
      if let id = block.article {
        links.append(ArticleLink(text: title, target: .article(id)))
      } else if let url = block.url {
        links.append(ArticleLink(text: title, target: .address(url)))
      }
    }
    if let url = article.url { links.append(ArticleLink(text: "This article", target: .address(url))) }
    return links
  }
}
