import Foundation
import StorylineClient
import StorylineModels
import StorylineScreen

/// Fetches an image that was asked for and makes it drawable, beside the loop.
struct PictureDesk: Sendable {
  var way: PictureWay
  let transports: TransportFactory
  /// Images of the story's own service: kept here, or fetched in the reader's name.
  let images: ServiceImages
  let post: @Sendable (Message) -> Void

  /// What to say at once.
  func show(_ picture: Picture, on size: ScreenSize) -> String {
    guard way != .none else {
      return [picture.words, "This terminal shows no images; with chafa installed it does."]
        .filter { !$0.isEmpty }.joined(separator: " · ")
    }
    if let id = picture.id { return showOwn(id, picture, on: size) }
    guard let url = URL(string: picture.address), let host = url.host else { return "This image has no address." }
    work(on: picture, size) { try await fetch(url, host) }
    return "Fetching the image from \(host)…"
  }

  /// What is kept here is shown without asking anybody.
  private func showOwn(_ id: MediaID, _ picture: Picture, on size: ScreenSize) -> String {
    if let kept = images.cache.image(id) {
      work(on: picture, size) { kept }
      return picture.words
    }
    work(on: picture, size) { try await images.fetch(id) }
    return "Fetching the image from where the story comes from…"
  }

  private func work(
    on picture: Picture, _ size: ScreenSize, _ fetch: @escaping @Sendable () async throws -> Data?
  ) {
    Task { [self] in
      do {
        guard let data = try await fetch() else {
          return post(.say("The image is no longer there; the next sync tells why. \(picture.words)"))
        }
        guard let drawn = draw(data, columns: size.columns, rows: size.rows - 2) else {
          return post(.say("The image cannot be read. \(picture.words)"))
        }
        post(.picture(drawn, picture))
      } catch {
        post(.say("The image did not come: \(FailureWords.message(for: error))"))
      }
    }
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
