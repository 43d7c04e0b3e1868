import StorylineModels
import StorylineSeeds

/// Shows faults to people.
struct FaultList {
  let faults: [Fault]

  func count(_ severity: Fault.Severity) -> Int { faults.count { $0.severity == severity } }

  var hasErrors: Bool { count(.error) > 0 }

  /// On standard error: one line each, and the line of the file with a caret where the place is known.
  func show(on console: Console) {
    var excerpts = Excerpts()
    for fault in faults {
      console.err(line(fault, console))
      for text in excerpts.lines(for: fault) { console.err(console.paint(text, .faint)) }
    }
  }

  /// `2 errors, 1 warning, 0 notes`.
  var summary: String {
    Fault.Severity.allCases.map { severity in
      let number = count(severity)
      return "\(number) \(severity.rawValue)\(number == 1 ? "" : "s")"
    }.joined(separator: ", ")
  }

  private func line(_ fault: Fault, _ console: Console) -> String {
    let word = fault.severity.rawValue + ":"
    let ink: Console.Ink = fault.severity == .error ? .red : fault.severity == .warning ? .yellow : .blue
    return fault.description.replacing(": \(word)", with: ": \(console.paint(word, ink))", maxReplacements: 1)
  }
}

/// What machines get of a list of faults.
struct FaultReport: Encodable {
  let errors: Int
  let warnings: Int
  let faults: [Fault]

  init(_ list: FaultList) {
    errors = list.count(.error)
    warnings = list.count(.warning)
    faults = list.faults
  }
}

extension Console {
  /// Indented JSON with sorted members.
  func json(_ value: some Encodable) throws {
    out(String(decoding: try StorylineJSON.encodePretty(value), as: UTF8.self))
  }
}
