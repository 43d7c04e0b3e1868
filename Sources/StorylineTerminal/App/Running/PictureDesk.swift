import Foundation
import StorylineClient
import StorylineModels
import StorylineScreen

/// Fetches an image that was asked for and makes it drawable, beside the loop.
struct PictureDesk: Sendable {
  var way: PictureWay
  let transports: TransportFactory
  let post: @Sendable (Message) -> Void

  /// What to say at once.
  func show(_ picture: Picture, on size: ScreenSize) -> String {
    guard way != .none else {
      return [picture.words, "This terminal shows no images; with chafa installed it does."]
        .filter { !$0.isEmpty }.joined(separator: " · ")
    }
    guard let url = URL(string: picture.address), let host = url.host else { return "This image has no address." }
    Task { [self] in
      do {
        let data = try await fetch(url, host)
        guard let drawn = draw(data, columns: size.columns, rows: size.rows - 2) else {
          return post(.say("The image cannot be read. \(picture.words)"))
        }
        post(.picture(drawn, picture))
      } catch {
        post(.say("The image did not come: \(FailureWords.message(for: error))"))
      }
    }
    return "Fetching the image from \(host)…"
  }

  private func fetch(_ url: URL, _ host: String) async throws -> Data {
    let server = "https://\(host)" + (url.port.map { ":\($0)" } ?? "")
    var path = url.path(percentEncoded: true)
    if path.isEmpty { path = "/" }
    if let query = url.query(percentEncoded: true) { path += "?" + query }
    // Only the address goes there: no token, no name, no word of what is read.
    return try await transports.with(server: server, trust: .system) { [path] transport in
      let answer = try await transport.send(TransportRequest(method: .get, path: path))
      guard answer.status == 200 else { throw CommandFailure(.error, "\(host) answered \(answer.status)") }
      return answer.body
    }
  }

  private func draw(_ data: Data, columns: Int, rows: Int) -> String? {
    switch way {
    case .none: nil
    case .kitty: PicturePainter.kitty(data, columns: columns, rows: rows)
    case .chafa(let path, let kitty):
      PicturePainter.chafa(data, at: path, kitty: kitty, columns: columns, rows: rows)
    }
  }
}
