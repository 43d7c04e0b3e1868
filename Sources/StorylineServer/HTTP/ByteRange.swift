import HTTPTypes
import Hummingbird

/// Which bytes of a file a request asks for (RFC 9110, sections 13.1.5 and 14).
enum ByteRange: Equatable {
  case whole
  case part(Range<Int>)
  case unsatisfiable

  /// - Parameters:
  ///   - size: of the file, at least 1.
  ///   - tag: of the file, strong, with its quotation marks.
  init(of request: Request, size: Int, tag: String) {
    // For no other method are ranges defined. Several ranges at once we do not answer; we need not.
    guard request.method == .get, let text = request.headers[.range], Self.holds(request.headers[.ifRange], tag),
      let bounds = Self.bounds(text)
    else {
      self = .whole
      return
    }
    switch bounds {
    case (let first?, let last?): self.init(first, last, size: size)
    case (let first?, nil): self.init(first, .max - 1, size: size)
    case (nil, let count?): self.init(count == 0 ? size : max(0, size - count), size - 1, size: size)
    case (nil, nil): self = .whole
    }
  }

  private init(_ first: Int, _ last: Int, size: Int) {
    if first > last, first < size {
      // Nonsense, which is as if it were not there.
      self = .whole
    } else {
      self = first < size ? .part(first..<(min(last, size - 1) + 1)) : .unsatisfiable
    }
  }

  /// Whether what the caller has begins the same file; a date or a weak tag does not say so.
  private static func holds(_ condition: String?, _ tag: String) -> Bool { condition.map { $0 == tag } ?? true }

  /// The two numbers of one range; nil if it is not one.
  private static func bounds(_ text: String) -> (Int?, Int?)? {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].lowercased() == "bytes" else { return nil }
    let ends = parts[1].trimming { $0 == " " || $0 == "\t" }.split(
      separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard ends.count == 2 else { return nil }
    let numbers = ends.map(number)
    guard zip(ends, numbers).allSatisfy({ $0.isEmpty || $1 != nil }), numbers.contains(where: { $0 != nil }) else {
      return nil
    }
    return (numbers[0], numbers[1])
  }

  /// A number that is too large for us is larger than any file.
  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return min(Int(text) ?? .max, .max - 1)
  }
}
