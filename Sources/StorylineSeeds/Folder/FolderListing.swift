import Foundation

/// The files of one folder in the order of their names, without those that lead out of the story's folder.
struct FolderListing {
  private(set) var files: [(name: String, path: String)] = []
  private(set) var folders: [String] = []
  private(set) var faults: [Fault] = []

  /// - Parameters:
  ///   - path: the folder; nothing is listed if it does not exist.
  ///   - root: the story's folder; a link that leads out of it is a fault.
  ///   - shown: how messages call the folder.
  init(_ path: String, root: String, shown: String) {
    let inside = URL(fileURLWithPath: root).resolvingSymlinksInPath().path + "/"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names.sorted() where !Self.isHidden(name) {
      let place = Place(file: shown + "/" + name)
      let target = URL(fileURLWithPath: path + "/" + name).resolvingSymlinksInPath().path
      guard (target + "/").hasPrefix(inside) else {
        faults.append(
          Fault(.folder, at: place, "the link leads out of the story's folder", advice: "copy the file instead"))
        continue
      }
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: target, isDirectory: &isFolder), isFolder.boolValue {
        folders.append(name)
      } else {
        files.append((name, path + "/" + name))
      }
    }
  }

  /// What editors and systems leave behind.
  private static func isHidden(_ name: String) -> Bool {
    name.hasPrefix(".") || name.hasSuffix("~") || name.hasPrefix("#") || name.hasSuffix(".swp")
  }
}
