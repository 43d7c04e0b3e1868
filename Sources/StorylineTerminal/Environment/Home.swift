import Foundation
import StorylineClient

/// The folder of one account on this device: credentials and replica.
struct Home: Hashable, Sendable {
  let path: String

  /// `--home`, else `STORYLINE_HOME`, else `$XDG_DATA_HOME/storyline`, else `~/.local/share/storyline`.
  init(option: String?, environment: TerminalEnvironment) {
    let variables = environment.variables.filter { !$0.value.isEmpty }
    if let chosen = option ?? variables["STORYLINE_HOME"] {
      path = (chosen as NSString).expandingTildeInPath
    } else if let data = variables["XDG_DATA_HOME"], data.hasPrefix("/") {
      path = data + "/storyline"
    } else {
      path = environment.homeDirectory + "/.local/share/storyline"
    }
  }

  var credentialsPath: String { path + "/credentials.json" }
  var replicaPath: String { path + "/replica.sqlite" }
  var enrolmentPath: String { path + "/enrolment.json" }

  var keeper: TokenKeeper { TokenKeeper(path: credentialsPath) }

  /// Removes all files of the account, and the folder if nothing else is in it.
  func removeEverything() throws {
    let names = [credentialsPath, replicaPath, enrolmentPath].map { ($0 as NSString).lastPathComponent }
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
