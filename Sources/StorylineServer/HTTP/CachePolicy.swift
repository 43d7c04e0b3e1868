import HTTPTypes
import StorylineModels

/// Who may keep an answer for how long (protocol, 2.2 to 2.4).
///
/// With `content.access = token` the word `public` is missing. `s-maxage` alone then lets a shared cache keep an answer
/// to a request with a token (RFC 9111, section 3.5): the operator's own cache in front, which checks tokens itself.
/// No content answer varies by reader, so one copy serves all who pass that check.
struct CachePolicy: Sendable {
  let access: ContentAccess

  static let noStore = "no-store"
  static let privateNoStore = "private, no-store"
  static let description = "public, max-age=300"

  /// A page with others behind it: its bytes never change, but a tombstone must not wait longer than this.
  var sealedPage: String { prefix + "max-age=0, s-maxage=600, stale-while-revalidate=3600" }
  /// The last page, and the head: they change with the next publication.
  var tail: String { prefix + "max-age=0, s-maxage=2, stale-while-revalidate=10" }
  /// The one error that is kept: a herd of devices that slept too long asks for the same address.
  var expiredCursor: String { prefix + "max-age=0, s-maxage=60" }

  /// The way to the newest snapshot: it changes when another one is made.
  var newestSnapshot: String { prefix + "s-maxage=30" }
  /// A manifest: never changes, and is not asked for long after it was superseded.
  var manifest: String { immutable(seconds: 604_800) }
  /// A part of a snapshot: its address is the digest of its bytes.
  var part: String { immutable(seconds: 31_536_000) }

  /// An image: its bytes never change, and whoever has them may keep them. What is taken down has to go from the caches
  /// that many share as soon as the pages that named it.
  var media: String { prefix + "max-age=31536000, s-maxage=600, immutable" }

  /// `s-maxage` says only what `max-age` says; it is there where the answer would be a single reader's without it.
  private func immutable(seconds: Int) -> String {
    prefix + "max-age=\(seconds)" + (access == .public ? "" : ", s-maxage=\(seconds)") + ", immutable"
  }

  private var prefix: String { access == .public ? "public, " : "" }
}
