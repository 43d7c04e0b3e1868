import Foundation
import StorylineTestSupport
import Testing

/// The demonstration that the README promises, run as a person without a terminal would run it.
@Suite(.serialized) struct DemoTests {
  private func demo(port: Int, in scratch: Scratch) throws -> (status: Int32, output: String, errors: String) {
    try Program.run(
      Program.repository.appendingPathComponent("deploy/demo"), [Program.folder.path, "\(port)"],
      environment: ["STORYLINE_DEMO_HOME": scratch.file("demo")], logsIn: scratch.url)
  }

  @Test func `the demo reaches its end, twice in a row`() async throws {
    let scratch = try Scratch()
    let port = try FreePort.find()
    for _ in 0..<2 {
      let result = try demo(port: port, in: scratch)
      #expect(result.status == 0, "\(result.output.suffix(2_000))\(result.errors)")
      #expect(result.output.contains("the tablet shows 2024-12-03-ministers-meet as read"))
      #expect(!result.output.contains("sli-"), "an invite was printed")
      #expect(!result.output.contains("sla_"), "a token was printed")
    }
  }

  @Test func `the demo says so when its port is taken`() async throws {
    let holder = try Scratch()
    let service = try await LiveService.start(in: holder)
    let scratch = try Scratch()
    let result = try demo(port: service.port, in: scratch)
    #expect(result.status == 1)
    #expect(result.errors.contains("PORT="), "\(result.errors)")
    #expect(service.program.terminate() == 0)
  }
}

/// A port that nobody listens on at this moment.
enum FreePort {
  static func find() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw ServiceFailure(what: "no socket") }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
      }
    }
    guard status == 0 else { throw ServiceFailure(what: "no free port") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
