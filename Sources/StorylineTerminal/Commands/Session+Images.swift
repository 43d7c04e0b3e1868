import Foundation
import StorylineClient
import StorylineModels

/// The images of the story's own service, as one account on this device has them.
struct ServiceImages: Sendable {
  let cache: ImageCache
  /// nil if the service has it no more.
  let fetch: @Sendable (MediaID) async throws -> Data?
}

extension Session {
  /// The images that this device keeps.
  var imageCache: ImageCache { ImageCache(besideReplica: home.replicaPath) }

  var images: ServiceImages {
    ServiceImages(cache: imageCache) { id in
      try await signedIn { credentials, transport in
        try await StoryImages(
          cache: imageCache, credentials: credentials, transport: transport, clock: environment.clock
        ).image(id)
      }
    }
  }
}
