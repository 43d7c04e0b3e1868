import Foundation
import Metrics

/// Counts and levels of this service, as text in the format that Prometheus reads (version 0.0.4).
///
/// Behind the interface of swift-metrics, for which no back end of others can be had here. A series is made of what the
/// service chooses (a route's template, a status), never of what a caller sends: nothing here tells who reads what, and
/// no caller can make it grow.
final class MetricsRegistry: MetricsFactory, @unchecked Sendable {
  private struct Name: Hashable, Comparable {
    let label: String
    /// `{route="/v1/config",status="200"}`, or nothing.
    let dimensions: String

    static func < (left: Name, right: Name) -> Bool {
      (left.label, left.dimensions) < (right.label, right.dimensions)
    }
  }

  private enum Kind: String { case counter, gauge }

  private let lock = NSLock()
  // `lock` guards these two, which is what makes the class safe to share.
  private var series: [Name: Series] = [:]
  private var kinds: [String: Kind] = [:]

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    make(label, dimensions, .counter)
  }

  /// Keeps the last value, as a gauge does; a distribution is nothing that the service records.
  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    make(label, dimensions, .gauge)
  }

  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    make(label, dimensions, .gauge)
  }

  /// The last duration, in nanoseconds.
  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    make(label, dimensions, .gauge)
  }

  // A series stays until the service ends, or a counter would begin anew.
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyMeter(_ handler: any MeterHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}

  /// All series, sorted, so that the same state is the same text.
  var text: String {
    lock.lock()
    let (all, kinds) = (series, kinds)
    lock.unlock()
    var lines: [String] = []
    var last = ""
    for (name, value) in all.sorted(by: { $0.key < $1.key }) {
      if name.label != last, let kind = kinds[name.label] { lines.append("# TYPE \(name.label) \(kind.rawValue)") }
      last = name.label
      lines.append("\(name.label)\(name.dimensions) \(value.text)")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func make(_ label: String, _ dimensions: [(String, String)], _ kind: Kind) -> Series {
    let pairs = dimensions.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
    let name = Name(label: label, dimensions: pairs.isEmpty ? "" : "{\(pairs)}")
    return lock.withLock {
      if let known = series[name] { return known }
      let new = Series()
      series[name] = new
      kinds[label] = kind
      return new
    }
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}

/// One number.
private final class Series: CounterHandler, RecorderHandler, MeterHandler, TimerHandler, @unchecked Sendable {
  private let lock = NSLock()
  // Guarded by `lock`, which is what makes the class safe to share.
  private var value = 0.0

  /// Whole numbers without a point.
  var text: String {
    let value = lock.withLock { self.value }
    return Int64(exactly: value).map(String.init) ?? String(value)
  }

  func increment(by amount: Int64) { change { $0 += Double(amount) } }
  func reset() { change { $0 = 0 } }
  func record(_ value: Int64) { change { $0 = Double(value) } }
  func record(_ value: Double) { change { $0 = value } }
  func set(_ value: Int64) { change { $0 = Double(value) } }
  func set(_ value: Double) { change { $0 = value } }
  func increment(by amount: Double) { change { $0 += amount } }
  func decrement(by amount: Double) { change { $0 -= amount } }
  func recordNanoseconds(_ duration: Int64) { change { $0 = Double(duration) } }
  func preferDisplayUnit(_ unit: TimeUnit) {}

  private func change(_ change: (inout Double) -> Void) {
    lock.lock()
    change(&value)
    lock.unlock()
  }
}
