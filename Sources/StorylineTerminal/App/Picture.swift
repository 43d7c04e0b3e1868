import Foundation
import StorylineModels

/// An image of an article, as a terminal can be asked for it.
struct Picture: Hashable, Sendable {
  /// https, without anything that a terminal or a shell would take for its own; or a path of the story's own service.
  var address: String
  /// What it shows, and whose it is.
  var words: String

  static func all(in article: Article) -> [Picture] {
    article.blocks.filter { $0.role == .image }.compactMap(Picture.init)
  }
}

extension Picture {
  /// nil if it has no address that one may ask for it.
  init?(_ block: Block) {
    guard let url = block.url, let address = Self.address(url) else { return nil }
    let shown = [block.caption ?? block.alt, block.credit].compactMap(\.self).filter { !$0.isEmpty }
    self.init(address: address, words: shown.map { InlineText($0).plain }.joined(separator: " · "))
  }

  /// Of an image of the story's own service: which.
  var id: MediaID? { MediaID(address: address) }

  /// Where it lies, in words.
  var place: String { id == nil ? address : "with the story" }

  private static func address(_ url: String) -> String? {
    if MediaID(address: url) != nil { return url }
    return url.hasPrefix("https://") ? SafeAddress(url)?.text : nil
  }
}

/// How this terminal can show images.
enum PictureWay: Hashable, Sendable {
  /// The graphics protocol of kitty; it takes PNG as it is.
  case kitty
  /// The program chafa, which draws with characters, or by kitty's protocol where there is one.
  case chafa(path: String, kitty: Bool)
  case none

  var hasKitty: Bool {
    switch self {
    case .kitty, .chafa(_, kitty: true): true
    default: false
    }
  }

  init(variables: [String: String], isProgram: (String) -> Bool = FileManager.default.isExecutableFile(atPath:)) {
    // Between kitty and the program stands tmux, which passes such sequences to nobody.
    let hasKitty =
      variables["TMUX"]?.isEmpty != false
      && (variables["KITTY_WINDOW_ID"]?.isEmpty == false || variables["TERM"] == "xterm-kitty"
        || ["ghostty", "WezTerm"].contains(variables["TERM_PROGRAM"] ?? ""))
    let folders = (variables["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
    if let path = folders.map({ $0 + "/chafa" }).first(where: isProgram) {
      self = .chafa(path: path, kitty: hasKitty)
    } else {
      self = hasKitty ? .kitty : .none
    }
  }
}

/// An image as the bytes that draw it. Sources: kitty's graphics protocol; PNG, third edition, 11.2.1.
enum PicturePainter {
  /// nil if the data is no PNG.
  static func kitty(_ data: Data, columns: Int, rows: Int) -> String? {
    let bytes = [UInt8](data)
    guard bytes.count > 24, bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { return nil }
    let (width, height) = (Self.number(bytes, 16), Self.number(bytes, 20))
    guard width > 0, height > 0 else { return nil }
    // A cell is about twice as high as it is wide.
    let scale = min(1, Double(columns) * 10 / width, Double(rows) * 20 / height)
    let size = "c=\(max(1, Int(width * scale / 10))),r=\(max(1, Int(height * scale / 20)))"
    var rest = Substring(data.base64EncodedString())
    var text = ""
    var head = "a=T,f=100,q=2,\(size),"
    while !rest.isEmpty {
      let chunk = rest.prefix(4096)
      rest = rest.dropFirst(4096)
      text += "\u{1B}_G\(head)m=\(rest.isEmpty ? 0 : 1);\(chunk)\u{1B}\\"
      head = ""
    }
    return text
  }

  /// Takes all images of kitty's protocol off the screen.
  static let clearing = "\u{1B}_Ga=d,q=2\u{1B}\\"

  private static func number(_ bytes: [UInt8], _ start: Int) -> Double {
    bytes[start..<(start + 4)].reduce(0) { $0 * 256 + Double($1) }
  }

  /// What chafa prints; nil if it cannot read the image.
  static func chafa(_ data: Data, at path: String, kitty: Bool, columns: Int, rows: Int) -> String? {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("storyline-\(UUID().uuidString)")
    guard FileManager.default.createFile(atPath: file.path, contents: data, attributes: [.posixPermissions: 0o600])
    else { return nil }
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = [
      "--size", "\(columns)x\(rows)", "--animate", "off", "--format", kitty ? "kitty" : "symbols", file.path,
    ]
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let drawn = (try? output.fileHandleForReading.readToEnd()) ?? Data()
    process.waitUntilExit()
    // Raw mode turns no line feed into a new line.
    return process.terminationStatus == 0 && !drawn.isEmpty
      ? String(decoding: drawn, as: UTF8.self).replacing("\r\n", with: "\n").replacing("\n", with: "\r\n") : nil
  }
}
