import StorylineModels
import Yams

/// A document of which the broken entries were left out, so that one of them does not hide the faults of all others.
///
/// An entry is what begins at the left edge: `- id: …` of a list, `key: …` of a mapping.
struct SalvagedYAML {
  /// nil if nothing in it could be read.
  let document: YAMLDocument?
  /// Why entries were left out; none if all of them could be read.
  let faults: [Fault]
  /// The keys of broken entries; of a list, nothing.
  let lostKeys: Set<String>

  var isWhole: Bool { faults.isEmpty }

  init(_ lines: [String], file: String, lineOffset: Int = 0) {
    do throws(Fault) {
      document = try YAMLDocument(lines, file: file, lineOffset: lineOffset)
      (faults, lostKeys) = ([], [])
    } catch {
      // Anchors are an attack, or a habit of another tool: the file is refused as one.
      guard error.rule != .yamlAnchor else {
        (document, faults, lostKeys) = (nil, [error], [])
        return
      }
      let broken = Self.broken(lines, file: file, lineOffset: lineOffset)
      // Each entry by itself is well, or none was found: then the fault of the whole says most.
      faults = broken.isEmpty ? [error] : broken.map(\.fault)
      lostKeys = Set(broken.compactMap { Self.key(lines[$0.lines.lowerBound]) })
      var kept = lines
      for range in broken.map(\.lines) { for index in range { kept[index] = "" } }
      document = broken.isEmpty ? nil : try? YAMLDocument(kept, file: file, lineOffset: lineOffset)
    }
  }

  private static func broken(
    _ lines: [String], file: String, lineOffset: Int
  ) -> [(lines: Range<Int>, fault: Fault)] {
    let starts = lines.indices.filter { isStart(lines[$0]) }
    guard starts.count > 1 else { return [] }
    let ends = starts.dropFirst() + [lines.count]
    return zip(starts, ends).compactMap { start, end -> (lines: Range<Int>, fault: Fault)? in
      do throws(Fault) {
        _ = try YAMLDocument(lines[start..<end], file: file, lineOffset: lineOffset + start)
        return nil
      } catch {
        return (start..<end, error)
      }
    }
  }

  private static func isStart(_ line: String) -> Bool {
    guard let first = line.utf8.first else { return false }
    return first != UInt8(ascii: " ") && first != UInt8(ascii: "#") && first != UInt8(ascii: "\t")
  }

  private static func key(_ line: String) -> String? {
    guard !line.hasPrefix("-"), let colon = line.firstIndex(of: ":") else { return nil }
    return String(line[..<colon])
  }
}
