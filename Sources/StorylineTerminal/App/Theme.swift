import StorylineScreen

/// How inks look on the screen.
struct Theme: Hashable, Sendable {
  enum Name: String, CaseIterable, Sendable { case auto, dark, light }

  var name: Name

  /// What the whole screen is painted with.
  var base: CellStyle {
    switch name {
    case .auto: .plain
    case .dark: CellStyle(foreground: .palette(252), background: .palette(234))
    case .light: CellStyle(foreground: .palette(235), background: .palette(231))
    }
  }

  func style(_ ink: Ink) -> CellStyle {
    var style = base
    style.attributes = Self.attributes[ink] ?? []
    if let colour = colours[ink] {
      style.foreground = .palette(colour)
      // A colour of its own is faint enough: with the attribute too it could not be read on the chosen row.
      style.attributes.remove(.faint)
    }
    return style
  }

  /// The row that is chosen.
  func chosen(_ style: CellStyle) -> CellStyle {
    var style = style
    switch name {
    // Its own colours are not ours to know: the bar beside it says it.
    case .auto: break
    case .dark: style.background = .palette(237)
    case .light: style.background = .palette(254)
    }
    return style
  }

  /// The row of titles and the row at the bottom.
  var bar: CellStyle { style(.faint) }

  private static let attributes: [Ink: CellStyle.Attributes] = [
    .title: .bold, .heading: .bold, .strong: .bold, .emphasis: .italic, .faint: .faint, .link: .underlined,
    .hit: .reversed, .unread: .bold, .highlight: .underlined, .removed: .struck, .added: .bold,
  ]

  private var colours: [Ink: UInt8] {
    switch name {
    case .auto:
      [
        .mark: 6, .link: 4, .unread: 4, .saved: 3, .warning: 3, .good: 2, .bad: 1, .highlight: 5, .removed: 1,
        .added: 2,
      ]
    case .dark:
      [
        .mark: 80, .link: 111, .unread: 111, .saved: 221, .warning: 215, .good: 114, .bad: 210, .highlight: 183,
        .removed: 210, .added: 114, .faint: 248,
      ]
    case .light:
      [
        .mark: 23, .link: 25, .unread: 25, .saved: 94, .warning: 94, .good: 28, .bad: 124, .highlight: 90,
        .removed: 124, .added: 28, .faint: 241,
      ]
    }
  }
}
