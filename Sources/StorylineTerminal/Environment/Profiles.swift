import Foundation
import StorylineClient

/// An account of this device, as a list of them shows it.
struct Profile: Hashable, Sendable {
  /// nil is the account without a name.
  var name: String?
  /// nil if nobody is signed in there, or its credentials cannot be read.
  var server: String?
  var account: String?
  var home: Home

  /// What the account without a name is called where a name is needed.
  static let unnamed = "(none)"

  var shownName: String { name ?? Self.unnamed }
}

extension Home {
  /// The accounts beside this one and itself; the one without a name is always among them.
  var profiles: [Profile] {
    let folder = base + "/" + Self.profilesFolder
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter(Self.isProfile).sorted()
    return ([nil] + names.map(Optional.some)).map { name in
      let home = Home(base: base, profile: name)
      let credentials = try? home.keeper.load()
      return Profile(name: name, server: credentials?.server, account: credentials?.accountID, home: home)
    }
  }
}
