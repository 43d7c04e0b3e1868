import ArgumentParser
import StorylineModels

/// A date on the command line.
struct DateArgument: ExpressibleByArgument, Hashable, Sendable {
  let date: PartialDate

  init?(argument: String) {
    guard let date = PartialDate(argument) else { return nil }
    self.date = date
  }
}

/// Help for a value that is a date.
enum DateHelp {
  static func text(_ words: String) -> ArgumentHelp {
    ArgumentHelp("\(words) (2024, 2024-07 or 2024-07-10).", valueName: "date")
  }
}

/// A count on the command line.
struct Limit: ExpressibleByArgument, Hashable, Sendable {
  let count: Int

  init?(argument: String) {
    guard let count = Int(argument), count > 0 else { return nil }
    self.count = count
  }
}
