/// Finds comments in YAML, which the parser passes over in silence.
public enum YAMLComments {
  /// Where each begins, in the YAML of `text`: the whole of it, or in Markdown what stands between the lines of hyphens.
  ///
  /// - Parameter file: how the places call it.
  public static func places(in text: String, file: String) -> [Place] {
    let isMarkdown = [".md", ".txt"].contains { file.lowercased().hasSuffix($0) }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if isMarkdown {
      guard lines.first?.hasPrefix("---") == true,
        let end = lines.dropFirst().firstIndex(where: { $0.hasPrefix("---") })
      else { return [] }
      lines = Array(lines[..<end])
    }
    var scanner = Scanner()
    return lines.enumerated().compactMap { index, line in
      scanner.comment(in: line).map { Place(file: file, line: index + 1, column: $0) }
    }
  }

  /// Line by line: in which quotation or block of text the next one begins.
  private struct Scanner {
    private var quote: Character?
    private var blockIndent: Int?

    /// The column of a comment, from 1.
    mutating func comment(in line: String) -> Int? {
      let characters = Array(line)
      let indent = characters.prefix { $0 == " " }.count
      if let block = blockIndent {
        if indent == characters.count || indent > block { return nil }
        blockIndent = nil
      }
      var index = 0
      var before: Character = " "
      var content: Character?
      while index < characters.count {
        let character = characters[index]
        if let open = quote {
          if open == "\"", character == "\\" { index += 1 } else if character == open { quote = nil }
        } else if character == "#", before.isWhitespace {
          return index + 1
        } else if character == "\"" || character == "'", before.isWhitespace || "[{,".contains(before),
          content.map({ ":-,[{?".contains($0) }) ?? true
        {
          // Inside a word it is an apostrophe: only where a value begins does a quotation.
          quote = character
        }
        before = character
        if !character.isWhitespace { content = character }
        index += 1
      }
      if quote == nil, line.firstMatch(of: /(^|[:?-]\s+)[|>][+-]?\d?[+-]?\s*$/) != nil { blockIndent = indent }
      return nil
    }
  }
}
