import StorylineModels

/// One thing that the doctor looked at.
struct Finding: Encodable, Hashable {
  enum Verdict: String, Encodable, Comparable {
    case ok, warning, error

    static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int { self == .ok ? 0 : self == .warning ? 1 : 2 }
  }

  let subject: String
  let verdict: Verdict
  /// What was found.
  let what: String
  /// What to do about it; nil where nothing is to do.
  let advice: String?

  static func ok(_ subject: String, _ what: String) -> Finding {
    Finding(subject: subject, verdict: .ok, what: what, advice: nil)
  }

  static func warning(_ subject: String, _ what: String, _ advice: String) -> Finding {
    Finding(subject: subject, verdict: .warning, what: what, advice: advice)
  }

  static func error(_ subject: String, _ what: String, _ advice: String) -> Finding {
    Finding(subject: subject, verdict: .error, what: what, advice: advice)
  }

  /// `error    certificate    expired on …; renew it`
  func line(_ console: Console) -> String {
    let ink: Console.Ink = verdict == .ok ? .green : verdict == .warning ? .yellow : .red
    let pad = { (text: String, width: Int) in text + String(repeating: " ", count: max(1, width - text.count)) }
    let word = console.paint(verdict.rawValue, ink) + String(repeating: " ", count: 9 - verdict.rawValue.count)
    return word + pad(subject, 15) + what + (advice.map { "; " + $0 } ?? "")
  }
}
