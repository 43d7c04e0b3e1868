import Foundation
import StorylineModels
import StorylineQR
import StorylineTestSupport
import Testing

/// What the terminal shows is photographed, so to say, and read back by another program.
@Suite struct QRTests {
  @Test(arguments: [false, true])
  func `an invite's QR code leads to the link that is printed above it`(isColoured: Bool) async throws {
    let desk = try Desk()
    #expect(await desk.run("certificate", "--directory", "@/tls").code == 0)
    let run = await desk.run(
      "invite", "--qr", "--server", "https://stories.example:8443", "--ca", "@/tls/ca.pem", colour: isColoured)
    #expect(run.code == 0, "\(run.err)")
    let lines = run.out.split(separator: "\n").map(String.init)
    let link = try #require(EnrolmentLink(lines[1]))
    #expect(link.server == "https://stories.example:8443" && link.invite == lines[0])
    #expect(link.pin?.count == 32)
    let picture = try Picture(terminal: lines, isColoured: isColoured)
    #expect(try picture.read(in: desk.path) == lines[1])
  }

  @Test func `every text up to the limit is read back as it was`() throws {
    let desk = try Desk()
    var generator = SeededGenerator(seed: 7)
    for length in [1, 40, 120, 400, 1000] {
      let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789:/?=&-_.")
      let text = String((0..<length).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
      let code = try QRCode(text)
      let picture = try Picture(terminal: code.lines(isColoured: false), isColoured: false)
      #expect(try picture.read(in: desk.path) == text)
    }
    #expect(throws: QRCodeTooLong.self) { try QRCode(String(repeating: "x", count: 3000)) }
  }
}

/// The half blocks of a terminal as black and white dots.
private struct Picture {
  private let rows: [[Bool]]

  /// - Parameter isColoured: blocks are dark on a light ground, else light on a dark one.
  init(terminal lines: [String], isColoured: Bool) throws {
    var rows: [[Bool]] = []
    for line in lines {
      let plain = line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
      guard plain.count > 20, plain.allSatisfy("█▀▄ ".contains) else { continue }
      rows.append(plain.map { "█▀".contains($0) == isColoured })
      rows.append(plain.map { "█▄".contains($0) == isColoured })
    }
    try #require(rows.count > 20)
    self.rows = rows
  }

  /// What zbarimg reads in it.
  func read(in folder: String) throws -> String {
    let scale = 4
    let width = (rows.first?.count ?? 0) * scale
    var text = "P1\n\(width) \(rows.count * scale)\n"
    for row in rows {
      let dots = row.map { String(repeating: $0 ? "1 " : "0 ", count: scale) }.joined() + "\n"
      text += String(repeating: dots, count: scale)
    }
    let file = folder + "/code-\(UUID().uuidString).pbm"
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    let result = try Program.run(
      URL(fileURLWithPath: "/usr/bin/zbarimg"), ["--quiet", "--raw", "--oneshot", file],
      logsIn: URL(fileURLWithPath: folder))
    try #require(result.status == 0, "zbarimg (zbar-tools) cannot read it: \(result.errors)")
    return result.output.trimmingCharacters(in: .newlines)
  }
}
