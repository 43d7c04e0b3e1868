import Foundation
import StorylineClient

/// The folder of one account on this device: credentials and replica.
struct Home: Hashable, Sendable {
  /// What the profiles share.
  let base: String
  /// nil is the account without a name.
  let profile: String?

  static let profilesFolder = "profiles"

  init(base: String, profile: String?) {
    self.base = base
    self.profile = profile
  }

  /// `--home`, else `STORYLINE_HOME`, else `$XDG_DATA_HOME/storyline`, else `~/.local/share/storyline`; in it the
  /// profile that `--profile` or else `STORYLINE_PROFILE` names.
  init(option: String?, profile: String?, variables: [String: String], homeDirectory: String) {
    let variables = variables.filter { !$0.value.isEmpty }
    if let chosen = option ?? variables["STORYLINE_HOME"] {
      base = (chosen as NSString).expandingTildeInPath
    } else if let data = variables["XDG_DATA_HOME"], data.hasPrefix("/") {
      base = data + "/storyline"
    } else {
      base = homeDirectory + "/.local/share/storyline"
    }
    self.profile = profile ?? variables["STORYLINE_PROFILE"].flatMap { Self.isProfile($0) ? $0 : nil }
  }

  init(option: String?, profile: String? = nil, environment: TerminalEnvironment) {
    self.init(
      option: option, profile: profile, variables: environment.variables, homeDirectory: environment.homeDirectory)
  }

  /// Whether it can be the name of a folder that leads nowhere else.
  static func isProfile(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count) && !name.hasPrefix(".")
      && name.allSatisfy { $0.isLetter || $0.isNumber || "._-".contains($0) }
  }

  var path: String { profile.map { "\(base)/\(Self.profilesFolder)/\($0)" } ?? base }

  var credentialsPath: String { path + "/credentials.json" }
  var replicaPath: String { path + "/replica.sqlite" }
  var enrolmentPath: String { path + "/enrolment.json" }
  /// What the terminal remembers.
  var settingsPath: String { path + "/terminal.json" }

  var keeper: TokenKeeper { TokenKeeper(path: credentialsPath) }

  /// Removes all files of the account, and the folder if nothing else is in it.
  func removeEverything() throws {
    let names = [credentialsPath, replicaPath, enrolmentPath, settingsPath].map { ($0 as NSString).lastPathComponent }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
      // Beside each file may lie its lock, its journals, a draft of it.
      guard names.contains(where: name.hasPrefix) else { continue }
      do {
        try FileManager.default.removeItem(atPath: path + "/" + name)
      } catch {
        throw CommandFailure(.error, "cannot remove \(path)/\(name): \(error.localizedDescription)")
      }
    }
    rmdir(path)
  }

  /// Makes the folder, for its owner only.
  func create() throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CommandFailure(.error, "cannot make the folder \(path): \(error.localizedDescription)")
    }
  }
}
