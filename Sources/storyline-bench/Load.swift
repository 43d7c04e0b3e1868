import Foundation

/// What a closed loop of workers got done.
struct LoadResult: Sendable {
  var operations: Int
  var bytes: Int
  var seconds: Double
  /// Sorted, in milliseconds.
  var latencies: [Double]

  var perSecond: Double { Double(operations) / seconds }
  var bytesPerSecond: Double { Double(bytes) / seconds }

  func percentile(_ part: Double) -> Double {
    guard !latencies.isEmpty else { return 0 }
    return latencies[min(latencies.count - 1, Int(Double(latencies.count) * part))]
  }
}

/// Runs `operation` in `workers` endless loops until `duration` is over; each worker begins with a state of its own.
func load<State: Sendable>(
  workers: Int, for duration: Duration, prepare: @escaping @Sendable (Int) async throws -> State,
  operation: @escaping @Sendable (inout State) async throws -> Int
) async throws -> LoadResult {
  let states = try await withThrowingTaskGroup(of: (Int, State).self) { group in
    for worker in 0..<workers { group.addTask { (worker, try await prepare(worker)) } }
    return try await group.reduce(into: [Int: State]()) { $0[$1.0] = $1.1 }
  }
  let clock = ContinuousClock()
  let start = clock.now
  let deadline = start.advanced(by: duration)
  let parts = try await withThrowingTaskGroup(of: (Int, Int, [Double]).self) { group in
    for (_, initial) in states {
      group.addTask {
        var state = initial
        var (operations, bytes) = (0, 0)
        var latencies: [Double] = []
        while clock.now < deadline {
          let began = clock.now
          bytes += try await operation(&state)
          operations += 1
          latencies.append((clock.now - began).milliseconds)
        }
        return (operations, bytes, latencies)
      }
    }
    return try await group.reduce(into: [(Int, Int, [Double])]()) { $0.append($1) }
  }
  return LoadResult(
    operations: parts.reduce(0) { $0 + $1.0 }, bytes: parts.reduce(0) { $0 + $1.1 },
    seconds: (clock.now - start).milliseconds / 1000, latencies: parts.flatMap(\.2).sorted())
}

/// How long `work` takes, in seconds.
func seconds(_ work: () async throws -> Void) async rethrows -> Double {
  let clock = ContinuousClock()
  let start = clock.now
  try await work()
  return (clock.now - start).milliseconds / 1000
}

extension Duration {
  var milliseconds: Double {
    Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15
  }
}
