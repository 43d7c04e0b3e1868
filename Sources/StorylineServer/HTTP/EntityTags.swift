import HTTPTypes
import Hummingbird

/// Entity tags (RFC 9110, sections 8.8.3 and 13.1.2).
enum EntityTags {
  /// Whether the request says that it has this version already; `tag` comes with its quotation marks.
  static func matches(_ tag: String, in request: Request) -> Bool {
    let lists = request.headers[values: .ifNoneMatch]
    return lists.contains { list in
      list.split(separator: ",").contains { item in
        let item = item.trimming { $0 == " " || $0 == "\t" }
        // The comparison is a weak one: a cache that compressed the answer on its way marks the tag as weak.
        return item == "*" || item == tag || item == "W/" + tag
      }
    }
  }
}
