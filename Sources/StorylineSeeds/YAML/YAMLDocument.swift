import Foundation
import Yams

/// One YAML document as a tree of nodes with places.
///
/// Anchors and aliases are refused before the parser sees them: nothing in a story folder needs them, and a few lines
/// of them can stand for gigabytes. The parser itself ends at 1,000 levels.
struct YAMLDocument {
  let root: Node
  let file: String
  /// Lines of the file before the document's first: of front matter, 1.
  let lineOffset: Int

  init(_ lines: some Collection<String>, file: String, lineOffset: Int = 0) throws(Fault) {
    self.file = file
    self.lineOffset = lineOffset
    if let fault = Self.anchor(in: lines, file: file, lineOffset: lineOffset) { throw fault }
    do {
      let text = lines.joined(separator: "\n") + "\n"
      guard let root = try Parser(yaml: text).singleRoot() else {
        throw Fault(.empty, at: Place(file: file), "the file has no entries", advice: "write some or delete it")
      }
      self.root = root
    } catch let fault as Fault {
      throw fault
    } catch {
      throw Self.fault(error, file: file, lineOffset: lineOffset, lines: Array(lines))
    }
  }

  func place(of node: Node) -> Place {
    guard let mark = node.mark else { return Place(file: file, line: lineOffset + 1) }
    return Place(file: file, line: mark.line + lineOffset, column: mark.column)
  }

  /// Finds `&name` where a value could begin. `&amp;` is none, because no anchor is followed by a semicolon.
  private static func anchor(in lines: some Collection<String>, file: String, lineOffset: Int) -> Fault? {
    for (index, line) in lines.enumerated() where line.utf8.contains(UInt8(ascii: "&")) {
      guard let match = line.firstMatch(of: /(?:^|[\s\[{,:])(&[A-Za-z0-9_-]+)(?=[\s?:,\]}%@`]|$)/) else { continue }
      let column = line.unicodeScalars.distance(from: line.startIndex, to: match.1.startIndex) + 1
      return Fault(
        .yamlAnchor, at: Place(file: file, line: index + 1 + lineOffset, column: column),
        "“\(match.1)” is a YAML anchor, and anchors and aliases are not read here",
        advice: "write the value out; in a text, put a space after the “&”")
    }
    return nil
  }

  private static func fault(_ error: any Error, file: String, lineOffset: Int, lines: [String]) -> Fault {
    let at = { (mark: Mark) in Place(file: file, line: mark.line + lineOffset, column: mark.column) }
    switch error as? YamlError {
    case .scanner(let context?, let problem, _, _)? where problem.contains("unexpected end of stream"):
      return Fault(
        .yamlSyntax, at: at(context.mark), "this is not YAML: a quotation mark is opened here and not closed",
        advice: "close it, or write the text without it")
    case .scanner(_, let problem, let mark, _)? where lines.isIndentedByTab(mark.line):
      return Fault(
        .yamlSyntax, at: at(mark), "this is not YAML: \(problem)", advice: "indent with spaces, not with tabs")
    case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?:
      return Fault(.yamlSyntax, at: at(mark), "this is not YAML: \(problem)", advice: advice(problem))
    case .composer(_, let problem, let mark, _)?:
      return Fault(.yamlSyntax, at: at(mark), "this is not YAML: \(problem)", advice: advice(problem))
    case .duplicatedKeysInMapping(let keys, let context)?:
      let names = keys.map { "“\(Wording.short($0))”" }.joined(separator: ", ")
      return Fault(.yamlSyntax, at: at(context.mark), "the key \(names) stands twice here", advice: "keep one of them")
    case .reader(let problem, _, _, _)?:
      return Fault(.yamlSyntax, at: Place(file: file, line: 1 + lineOffset), "this is not YAML: \(problem)")
    default:
      return Fault(.yamlSyntax, at: Place(file: file, line: 1 + lineOffset), "this is not YAML")
    }
  }

  private static func advice(_ problem: String) -> String {
    if problem.contains("alias") { return "put a text that starts with “*” in quotes" }
    if problem.contains("another document") { return "write one document in a file" }
    return "check the indentation, and put texts that hold “: ” or start with a special character in quotes"
  }
}

extension [String] {
  /// - Parameter line: from 1.
  fileprivate func isIndentedByTab(_ line: Int) -> Bool {
    indices.contains(line - 1) && self[line - 1].prefix(while: \.isWhitespace).contains("\t")
  }
}
