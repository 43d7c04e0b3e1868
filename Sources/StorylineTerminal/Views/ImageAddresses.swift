import Foundation
import StorylineClient
import StorylineModels

/// Where a program that reads Markdown finds an image of an article.
struct ImageAddresses: Sendable {
  /// nil where nothing is kept, as in the demo.
  var cache: ImageCache?
  /// The service that the story comes from; nil if it is not known.
  var server: String?

  /// The file on this device if the image is kept here, else its whole address; nil if it has none.
  ///
  /// An image of the service is given only to devices that are signed in. Its address says where it is; a browser that
  /// does not know the device cannot show it.
  func address(of url: String) -> String? {
    guard let id = MediaID(address: url) else { return url.hasPrefix("https://") ? url : nil }
    if let path = cache?.file(of: id) { return URL(fileURLWithPath: path).absoluteString }
    return server.map { $0 + id.address }
  }
}

extension Session {
  var imageAddresses: ImageAddresses {
    // Reading goes on where the credentials cannot be read: then only what is kept here has an address.
    ImageAddresses(cache: imageCache, server: (try? home.keeper.load())?.server)
  }
}
