import HTTPTypes
import Hummingbird
import StorylineModels

/// The query of a request, held to what its route understands.
///
/// Strict, because each spelling of an address has its own place in a cache: no unknown names, no empty ones, none
/// twice. Values are taken as they stand; no value of ours ever needs percent-encoding.
struct QueryParameters: Sendable {
  private var values: [String: String] = [:]

  init(of request: Request, allowed: Set<String>) throws {
    guard let query = request.uri.query else { return }
    for pair in query.split(separator: "&", omittingEmptySubsequences: false) {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let name = parts[0]
      guard allowed.contains(name) else { throw Problem(.unknownParameter, detail: Self.unknown(name, allowed)) }
      guard values.updateValue(parts.count > 1 ? parts[1] : "", forKey: name) == nil else {
        throw Problem(.badRequest, detail: "The parameter “\(name)” is there twice.")
      }
    }
  }

  subscript(name: String) -> String? { values[name] }

  /// nil if the parameter is not there.
  ///
  /// - Throws: A problem if it is not a whole number of at least 1.
  func count(_ name: String) throws -> Int? {
    guard let text = values[name] else { return nil }
    guard let number = Int(text), number >= 1, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw Problem(.badRequest, detail: "The parameter “\(name)” is a whole number of at least 1.")
    }
    return number
  }

  /// nil if the parameter is not there.
  ///
  /// - Throws: A problem if it is not a whole number of `range`.
  func count(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let text = values[name] else { return nil }
    guard let number = Int(text), range.contains(number), text.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw Problem(
        .badRequest,
        detail: "The parameter “\(name)” is a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  /// nil if the parameter is not there.
  ///
  /// - Throws: A problem if it is empty or longer than any cursor.
  func cursor(_ name: String) throws -> Cursor? {
    guard let text = values[name] else { return nil }
    return try Cursor(checking: text)
  }

  /// `bust` is the way past a cache that holds something damaged; it changes nothing but the address.
  ///
  /// - Throws: A problem if it is there and is not 8 hexadecimal digits.
  func checkBust() throws {
    guard let text = values["bust"] else { return }
    guard text.utf8.count == 8, text.utf8.allSatisfy({ $0 < 128 && Character(Unicode.Scalar($0)).isHexDigit }) else {
      throw Problem(.badRequest, detail: "The parameter “bust” has 8 hexadecimal digits.")
    }
  }

  private static func unknown(_ name: String, _ allowed: Set<String>) -> String {
    let known = allowed.sorted().map { "“\($0)”" }.joined(separator: ", ")
    return "This address has no parameter “\(name.prefix(40))”"
      + (allowed.isEmpty ? "; it takes none." : "; it takes \(known).")
  }
}

extension Cursor {
  /// The cursor with this text.
  ///
  /// - Throws: `cursor-invalid` if no server gave out a text of this form. Whether it is one of ours the store says.
  init(checking text: String) throws {
    guard (1...Self.maximumLength).contains(text.utf8.count) else {
      throw Problem(.cursorInvalid, detail: "A cursor has 1 to \(Self.maximumLength) characters.")
    }
    self.init(rawValue: text)
  }
}
