import Foundation

/// Where `config.toml` lies, and what it is made of at first.
struct ConfigFile: Hashable, Sendable {
  let path: String

  /// `STORYLINE_CONFIG`, else `$XDG_CONFIG_HOME/storyline/config.toml`, else `~/.config/storyline/config.toml`.
  init(environment: TerminalEnvironment) {
    let variables = environment.variables.filter { !$0.value.isEmpty }
    if let chosen = variables["STORYLINE_CONFIG"] {
      path = (chosen as NSString).expandingTildeInPath
    } else if let folder = variables["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
      path = folder + "/storyline/config.toml"
    } else {
      path = environment.homeDirectory + "/.config/storyline/config.toml"
    }
  }

  init(path: String) { self.path = path }

  /// What it says; a file that is not there says nothing, and that is no fault.
  func read() -> ReadConfig {
    guard let file = FileHandle(forReadingAtPath: path) else {
      if errno == ENOENT || errno == ENOTDIR { return ReadConfig() }
      return ReadConfig(faults: [ConfigFault(message: "cannot be read: \(String(cString: strerror(errno)))")])
    }
    let data = (try? file.read(upToCount: Self.longest + 1)) ?? Data()
    guard data.count <= Self.longest, let text = String(data: data, encoding: .utf8) else {
      return ReadConfig(faults: [ConfigFault(message: "is no text in UTF-8 of at most a megabyte")])
    }
    return ConfigReader.read(text)
  }

  private static let longest = 1 << 20

  /// The file with everything in it as a remark: what it is when nobody says otherwise.
  static var template: String {
    var lines = [
      "# Settings of storyline. A line counts once the # before it is gone;",
      "# “storyline config check” tells what is wrong, with its line.", "",
    ]
    for setting in Config.settings {
      lines += ["# \(setting.about).", "#\(setting.name) = \(setting.example)", ""]
    }
    lines += [
      "# Keys: action = \"key\", or a list. Sequences have spaces between: \"g g\". Names of keys: enter, tab, esc,",
      "# space, backspace, delete, up, down, left, right, home, end, page-up, page-down, f1 …; before them ctrl-, alt-,",
      "# shift-. A key is taken from whatever had it. [keys.reader] and [keys.lists] hold in articles and in lists only.",
      "[keys]",
    ]
    var seen: Set<Action> = []
    for binding in Binding.standard where seen.insert(binding.action).inserted {
      let all = Binding.standard.filter { $0.action == binding.action }
      let keys = binding.keys.map { "\"\($0 == "\\" ? "\\\\" : $0)\"" }.joined(separator: ", ")
      // Where it has other keys in other places, one line could not say what is.
      let isOne = all.allSatisfy { $0.keys == binding.keys }
      if isOne {
        lines.append("#\(binding.action.rawValue) = [\(keys)]  # \(binding.help)")
      } else {
        for place in all {
          let keys = place.keys.map { "\"\($0)\"" }.joined(separator: ", ")
          lines.append("# \(binding.action.rawValue): [\(keys)] \(place.context.words)  # \(place.help)")
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Writes the template. Throws if there is a file already.
  func create() throws {
    let folder = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure(.error, "cannot make the folder \(folder): \(error.localizedDescription)")
    }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      if errno == EEXIST { throw CommandFailure(.error, "\(path) is there already; it was left as it is") }
      throw CommandFailure(.error, "cannot write \(path): \(String(cString: strerror(errno)))")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do { try file.write(contentsOf: Data(Self.template.utf8)) } catch {
      unlink(path)
      throw CommandFailure(.error, "cannot write \(path): \(error.localizedDescription)")
    }
  }
}

extension KeyContext {
  /// `in lists`, `in an article`.
  var words: String {
    switch self {
    case .anywhere: "everywhere"
    case .lists: "in lists"
    case .list(let screen): "in " + screen.title
    case .reader: "in an article"
    }
  }
}
