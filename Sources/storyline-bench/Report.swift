import Foundation

/// A small table: a row of ours, a row of the baseline, and what the one is of the other.
struct Report {
  let title: String
  let unit: String

  func heading() {
    show("\n\(title)")
  }

  func row(_ name: String, _ value: Double, _ note: String = "") {
    show("  " + pad(name, 44) + left(number(value), 12) + " " + pad(unit, 10) + note)
  }

  func ratio(_ name: String, ours: Double, baseline: Double) {
    let percent = baseline > 0 ? ours / baseline * 100 : 0
    show("  " + pad(name, 44) + left(String(format: "%.0f", percent), 12) + " %")
  }

  private func number(_ value: Double) -> String {
    value >= 100 ? String(format: "%.0f", value) : String(format: "%.2f", value)
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func left(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

func latencyNote(_ result: LoadResult) -> String {
  String(format: "p50 %.2f ms, p99 %.2f ms", result.percentile(0.5), result.percentile(0.99))
}

func megabytes(_ bytesPerSecond: Double) -> String { String(format: "%.1f MB/s", bytesPerSecond / 1e6) }
