import Crypto
public import Foundation
public import StorylineModels

/// An image in a folder's `media/` that its story shows.
public struct SeedMedia: Hashable, Sendable {
  public let id: MediaID
  /// Of its file.
  public let name: String
  public let bytes: Int
  public let format: ImageFormat
  /// In pixels; nil where its first bytes do not say them.
  public let width: Int?
  public let height: Int?
  private let path: String

  /// Looks at a file that an article names.
  ///
  /// - Parameters:
  ///   - place: how messages call it.
  ///   - faults: gets warnings.
  /// - Throws: a `Fault` that says why it cannot be published.
  init(path: String, name: String, place: Place, faults: inout [Fault]) throws(Fault) {
    let data = try Self.read(path, place)
    guard let header = ImageHeader(data) else {
      let formats = ImageFormat.allCases.map(\.name).joined(separator: ", ")
      throw Fault(
        .mediaFormat, at: place, "the file is no whole image of these formats: \(formats)",
        advice: "convert it, or take it out of the article")
    }
    guard !header.hasTooManyPixels else {
      throw Fault(
        .tooLarge, at: place, "the image has more than \(ImageHeader.mostPixels) pixels", advice: "scale it down")
    }
    if let objection = MediaName.objection(to: name, format: header.format) {
      throw Fault(.mediaFormat, at: place, objection, advice: "rename the file, and where it is named")
    }
    if header.hasPosition {
      faults.append(
        Fault(
          .warning, .mediaPosition, at: place, "the image says where it was taken, and readers will get that too",
          advice: "if nobody is to know, take it out: exiftool -gps:all= -xmp:geotag= FILE"))
    }
    guard let id = MediaID(digest: Array(SHA256.hash(data: data))) else {
      throw Fault(.unreadable, at: place, "the file has no digest", advice: "try again")
    }
    (self.id, self.name, self.path, bytes, format) = (id, name, path, data.count, header.format)
    (width, height) = (header.width, header.height)
  }

  /// Its bytes; nil if the file is another one by now.
  public func contents() -> Data? {
    guard let data = try? Self.read(path, Place(file: path)), MediaID(digest: Array(SHA256.hash(data: data))) == id
    else { return nil }
    return data
  }

  private static func read(_ path: String, _ place: Place) throws(Fault) -> Data {
    // A link counts as what it leads to; the folder's reader has looked where that is.
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let facts = try? FileManager.default.attributesOfItem(atPath: target) else {
      throw Fault(.unreadable, at: place, "there is no such file", advice: "check the name")
    }
    guard facts[.type] as? FileAttributeType == .typeRegular else {
      throw Fault(.unreadable, at: place, "this is not a regular file", advice: "put the image's file here")
    }
    let size = (facts[.size] as? NSNumber)?.intValue ?? 0
    guard size <= SeedLimits.mediaBytes else {
      throw Fault(
        .tooLarge, at: place, "the file has \(size) bytes, and an image has at most \(SeedLimits.mediaBytes)",
        advice: "scale the image down, or compress it more")
    }
    guard size > 0 else {
      throw Fault(.empty, at: place, "the file is empty", advice: "put the image's file here")
    }
    guard let data = FileManager.default.contents(atPath: target) else {
      throw Fault(.unreadable, at: place, "the file cannot be read", advice: "check its owner and mode")
    }
    return data
  }
}

/// A file in `media/`, as an article or the story names it.
struct MediaReference: Hashable {
  static let folder = "media/"

  let name: String
  let place: Place

  /// nil if `address` does not begin like a file in `media/`.
  init?(_ address: String, at place: Place) {
    guard address.hasPrefix(Self.folder) else { return nil }
    name = String(address.dropFirst(Self.folder.count))
    self.place = place
  }

  /// What an image's address must look like; nil if all is well.
  static func objection(to address: String) -> (rule: Rule, message: String, advice: String)? {
    guard address.hasPrefix(folder) else {
      return AddressRules.objection(to: address).map { (.notHTTPS, $0, "write https://… or \(folder)NAME") }
    }
    return MediaName.objection(to: String(address.dropFirst(folder.count))).map { objection in
      (.mediaName, "“\(Wording.short(address))” is no file in \(folder): \(objection)", "rename the file")
    }
  }
}
