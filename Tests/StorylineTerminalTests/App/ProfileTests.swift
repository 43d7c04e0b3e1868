import StorylineScreen
import Testing

@testable import StorylineTerminal

@Suite struct ProfileTests {
  private let home = Home(base: "/nowhere", profile: "work")

  private func run(_ line: String, _ app: AppDriver) {
    app.press(":")
    app.type(line)
    app.press("enter")
  }

  private func reader() async throws -> AppDriver {
    let app = try await AppDriver()
    let profiles = [nil, "home", "work"].map { name in
      Profile(
        name: name, server: name == "home" ? nil : "https://a.example", home: Home(base: "/nowhere", profile: name))
    }
    var state = app.state
    state.profile = "work"
    app.restore(state)
    app.send(.profiles(profiles, isAsked: false))
    #expect(app.state.overlay == nil)
    return app
  }

  @Test func `another account is opened by its name, and this one is left when the other is there`() async throws {
    let app = try await reader()
    app.press(":")
    app.type("profile h")
    app.press("tab", "enter")
    #expect(app.wanted.contains(.openProfile("home")))
    #expect(app.foot.contains("Opening the profile “home”…"))
    #expect(!app.wanted.contains(.leaveAccount))
    app.send(.profileOpened)
    #expect(app.wanted.last == .leaveAccount)
    run("profile (none)", app)
    #expect(app.wanted.last == .openProfile(nil))
  }

  @Test func `a list of the accounts says which is open and which has nobody signed in`() async throws {
    let app = try await reader()
    run("profile", app)
    #expect(app.wanted.last == .readProfiles)
    app.send(.profiles(app.state.profiles ?? [], isAsked: true))
    for words in ["(none) · https://a.example", "home · not signed in", "work · https://a.example · open now"] {
      #expect(app.screen.contains(words))
    }
    app.press("up", "enter")
    #expect(app.wanted.last == .openProfile("home"))
  }

  @Test func `what cannot be opened is said`() async throws {
    let app = try await reader()
    run("profile work", app)
    #expect(app.foot.contains("This is the profile “work”."))
    run("profile ../x", app)
    #expect(app.foot.contains("cannot be the name of a profile"))
    app.send(.profiles([Profile(name: "work", home: home)], isAsked: true))
    #expect(app.screen.contains("This is the only account here"))
    let demo = try await AppDriver(demo: ScreenSize(columns: 80, rows: 24))
    run("profile", demo)
    #expect(demo.foot.contains("There is no other account here."))
    #expect(!demo.wanted.contains(.readProfiles))
  }
}
