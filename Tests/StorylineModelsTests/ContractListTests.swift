import StorylineModels
import Testing

@Suite struct ContractListTests {
  @Test func `every route has an address of its own`() {
    let addresses = Route.allCases.map { "\($0.method.rawValue) \($0.path)" }
    #expect(Set(addresses).count == addresses.count)
  }

  @Test func `nothing personal is open and nothing open asks for a scope`() {
    for route in Route.allCases where route.path.hasPrefix("/v1/library") {
      #expect(route.access == .scope(.libraryReadWrite), "\(route)")
    }
  }

  @Test func `every problem code is listed once, with a title and a client's status`() {
    let codes = Problem.Code.known
    #expect(Set(codes).count == codes.count)
    for code in codes {
      #expect((400...599).contains(code.status), "\(code)")
      #expect(code.title != code.rawValue, "\(code)")
    }
  }

  @Test func `a code of a later version is kept`() throws {
    let problem = Problem(Problem.Code(rawValue: "moon-phase"), detail: "wait")
    let decoded = try StorylineJSON.decode(Problem.self, from: StorylineJSON.encode(problem))
    #expect(decoded == problem)
    #expect(!decoded.code.isKnown)
  }

  @Test func `library kinds and ids have a form`() {
    #expect(LibraryKey(kind: .read, id: "2024-07-11-washington").isWellFormed)
    for kind in ["", "Read", "9a", "a b", String(repeating: "a", count: 33), "a\n"] {
      #expect(!LibraryKey(kind: LibraryKind(rawValue: kind), id: "x").isWellFormed, "\(kind)")
    }
    for id in ["", "ü", "a b", String(repeating: "a", count: 129), "\u{7}"] {
      #expect(!LibraryKey(kind: .read, id: id).isWellFormed, "\(id)")
    }
  }
}
