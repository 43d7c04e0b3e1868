/// What the command line asks for: the few flags that are no configuration, and the rest for the configuration.
struct CommandLineFlags: Hashable {
  enum Task: Hashable { case serve, help, printConfiguration }

  var task = Task.serve
  var configurationFile: String?
  /// `--key=value` each.
  var settings: [String] = []

  /// - Throws: `ConfigurationFaults` that names every argument which is not understood.
  init(parsing arguments: [String]) throws {
    let known = Set(ConfigurationKey.all.map(\.flag))
    var faults: [String] = []
    var seen: Set<String> = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let flag = parts[0]
      switch flag {
      case "--help", "-h": task = .help
      case "--print-config": task = .printConfiguration
      case _ where flag == "--config" || known.contains(flag):
        guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else {
          faults.append("\(flag) needs a value")
          continue
        }
        if !seen.insert(flag).inserted { faults.append("\(flag) is there twice") }
        if flag == "--config" { configurationFile = value } else { settings.append("\(flag)=\(value)") }
      default:
        faults.append("“\(argument)” is not known; storylined --help lists all flags")
      }
    }
    guard faults.isEmpty else { throw ConfigurationFaults(faults) }
  }
}

/// Everything that is wrong with a configuration, at once, in plain words.
public struct ConfigurationFaults: Error, Hashable, CustomStringConvertible {
  public let faults: [String]

  init(_ faults: [String]) { self.faults = faults }

  public var description: String { faults.joined(separator: "\n") }
}
