import StorylineModels

/// A calendar month in UTC.
struct SnapshotMonth: Equatable {
  /// `2026-11`
  let name: String
  /// Its first millisecond.
  let start: Int64
  /// The first millisecond of the next month.
  let end: Int64

  /// The month that a moment lies in.
  init(of milliseconds: Int64) throws {
    let text = Timestamp(milliseconds: milliseconds).description.prefix(7)
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 2 else { throw StoreError.damaged("a record was published at \(milliseconds)") }
    let next = parts[1] == 12 ? (parts[0] + 1, 1) : (parts[0], parts[1] + 1)
    name = String(text)
    start = try Self.beginning(parts[0], parts[1])
    end = try Self.beginning(next.0, next.1)
  }

  private static func beginning(_ year: Int, _ month: Int) throws -> Int64 {
    let digits = { (number: Int, count: Int) in
      String(repeating: "0", count: max(0, count - String(number).count)) + String(number)
    }
    guard let moment = Timestamp("\(digits(year, 4))-\(digits(month, 2))-01T00:00:00Z") else {
      throw StoreError.damaged("a record was published in the month \(month) of \(year)")
    }
    return moment.milliseconds
  }
}
