import Foundation
import StorylineScreen
import Testing

@testable import StorylineTerminal

@Suite struct ThemeTests {
  private static let inks: [Ink] = [
    .plain, .title, .heading, .strong, .emphasis, .faint, .link, .mark, .unread, .saved, .warning, .good, .bad,
    .highlight, .removed, .added,
  ]

  /// WCAG 2.2, 1.4.3, asks for 4.5; on the one row that is chosen a little less is borne.
  @Test(arguments: [Theme.Name.dark, .light])
  func `every ink can be read on its ground, and on the chosen row`(name: Theme.Name) throws {
    let theme = Theme(name: name)
    for ink in Self.inks {
      let style = theme.style(ink)
      let plain = try contrast(style)
      #expect(plain >= 4.5, "\(ink): \(plain)")
      let chosen = try contrast(theme.chosen(style))
      #expect(chosen >= 3.5, "\(ink) on the chosen row: \(chosen)")
      #expect(!style.attributes.contains(.faint), "\(ink) would be fainter than its colour")
    }
  }

  @Test func `the terminal's own colours leave it to the terminal what is faint`() {
    #expect(Theme(name: .auto).style(.faint).attributes.contains(.faint))
    #expect(Theme(name: .auto).style(.faint).foreground == .standard)
  }

  private func contrast(_ style: CellStyle) throws -> Double {
    let (front, back) = (try luminance(style.foreground), try luminance(style.background))
    return (max(front, back) + 0.05) / (min(front, back) + 0.05)
  }

  /// Of a colour of the 256: the cube of six steps, and the greys behind it.
  private func luminance(_ colour: Colour) throws -> Double {
    guard case .palette(let number) = colour, number >= 16 else { throw CocoaError(.featureUnsupported) }
    let steps = [0, 95, 135, 175, 215, 255].map(Double.init)
    let cube = Int(number) - 16
    let parts =
      number >= 232
      ? Array(repeating: Double(8 + 10 * (Int(number) - 232)), count: 3)
      : [steps[cube / 36], steps[cube / 6 % 6], steps[cube % 6]]
    let linear = parts.map { part in
      let share = part / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }
}
