extension AppState {
  /// Another account of this device; without a name a list of them.
  func changeProfile(_ text: String) -> [Effect] {
    guard profiles != nil else { return nothing("There is no other account here.") }
    if text.isEmpty { return [.readProfiles] }
    if text == Profile.unnamed { return open(profile: nil) }
    guard Home.isProfile(text) else { return nothing("“\(text)” cannot be the name of a profile.") }
    return open(profile: text)
  }

  func open(profile name: String?) -> [Effect] {
    if name == profile { return nothing("This is \(Self.title(of: name)).") }
    return [.openProfile(name), .say("Opening \(Self.title(of: name))…")]
  }

  mutating func profilePicker() -> [Effect] {
    guard let profiles, profiles.contains(where: { $0.name != profile }) else {
      return nothing("This is the only account here; storyline login ADDRESS --profile NAME adds one.")
    }
    let items = profiles.map { other in
      let about = [other.server ?? "not signed in", other.name == profile ? "open now" : nil].compactMap(\.self)
      return Picker.Item(
        spans: [Span(other.shownName), Span(" · " + about.joined(separator: " · "), .faint)],
        choice: .profile(other.name))
    }
    let chosen = profiles.firstIndex { $0.name == profile } ?? 0
    overlay = .picker(Picker(title: "Accounts", items: items, chosen: chosen))
    return []
  }

  /// As it stands in a sentence.
  static func title(of name: String?) -> String { name.map { "the profile “\($0)”" } ?? "the account without a name" }
}
