import Foundation
import StorylineModels
import Testing

@testable import StorylineTerminal

@Suite struct JSONTextTests {
  @Test func `JSON for the screen holds the same values and no hidden character`() throws {
    let values = ["\u{1B}[2J\u{9B}2J\u{202E}abc\u{7F}", "é 北 👍🏽", "\u{E0061}"]
    let text = JSONText.safe(try StorylineJSON.encodePretty(values))
    #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
    #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .format })
    #expect(text.contains("é 北"))
    #expect(try StorylineJSON.decode([String].self, from: Data(text.utf8)) == values)
  }
}
