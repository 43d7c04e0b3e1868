package import Foundation
import StorylineGzip
import StorylineModels

extension TransportRequest {
  /// Smaller bodies gain nothing.
  static let compressionThreshold = 1024

  /// What a server inflates at most.
  private static let maximumInflated = 10 * 1024 * 1024

  /// The body as it was before compression.
  ///
  /// - Throws: `Gzip.Failure` if it is none of ours.
  package var plainBody: Data? {
    get throws {
      guard let body, headers.contains(where: { $0.name == "content-encoding" && $0.value == "gzip" }) else {
        return body
      }
      return try Gzip.inflated(body, limit: Self.maximumInflated)
    }
  }
}

/// A body of JSON, compressed if that is worth it.
struct JSONBody {
  let data: Data
  let headers: [TransportRequest.Header]
  var isCompressed: Bool { headers.count > 1 }

  init(_ json: Data, mayCompress: Bool) {
    let type = TransportRequest.Header("content-type", "application/json")
    if mayCompress, json.count > TransportRequest.compressionThreshold {
      data = Gzip.compressed(json)
      headers = [type, .init("content-encoding", "gzip")]
    } else {
      data = json
      headers = [type]
    }
  }
}
