import Configuration
import Foundation
import Yams

/// A configuration file in YAML; JSON is YAML too.
struct ConfigurationFile {
  let snapshot: YAMLSnapshot
  /// A line each for what stands in the file and means nothing.
  let unknown: [String]

  /// - Throws: `ConfigurationFaults` if it cannot be read or is not a mapping of keys.
  init(path: String) throws {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw ConfigurationFaults(["\(path): cannot be read: \(Self.reason(error))"])
    }
    do {
      let root = try Yams.compose(yaml: String(decoding: data, as: UTF8.self)) ?? Node.mapping([:])
      guard let mapping = root.mapping else {
        throw ConfigurationFaults(["\(path): is not a list of “key: value” lines"])
      }
      unknown = Self.unknownKeys(in: mapping, under: "", path: path)
      snapshot = try YAMLSnapshot(
        data: Self.parsable(data, isEmpty: mapping.isEmpty).bytes, providerName: path, parsingOptions: .default)
    } catch let faults as ConfigurationFaults {
      throw faults
    } catch {
      // Of the YAML, or of what the library makes of it, such as a list within a list.
      throw ConfigurationFaults(["\(path): \(error)"])
    }
  }

  /// The library refuses a file without any key, such as one with comments only; to us that is a file that sets nothing.
  private static func parsable(_ data: Data, isEmpty: Bool) -> Data { isEmpty ? Data("{}".utf8) : data }

  private static func unknownKeys(in mapping: Node.Mapping, under prefix: String, path: String) -> [String] {
    mapping.flatMap { key, value -> [String] in
      let name = prefix + (key.string ?? "?")
      if let inner = value.mapping { return unknownKeys(in: inner, under: name + ".", path: path) }
      guard !ConfigurationKey.all.contains(where: { $0.name == name }) else { return [] }
      let line = key.mark.map { ":\($0.line)" } ?? ""
      return ["\(path)\(line): there is no key “\(name)”; storylined --help lists all of them"]
    }
  }

  private static func reason(_ error: any Error) -> String {
    let code = (error as? CocoaError)?.code
    switch code {
    case .fileReadNoSuchFile, .fileNoSuchFile: return "there is no such file"
    case .fileReadNoPermission: return "permission denied"
    default: return (error as NSError).localizedDescription
    }
  }
}
