import Foundation

// Set once, before libFuzzer begins; it calls from one thread.
nonisolated(unsafe) var chosen: FuzzTarget?

func feedChosen(_ start: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let data = Data(UnsafeBufferPointer(start: start, count: size))
  do {
    try chosen?.feed(data)
  } catch {
    fatalError("\(error)")
  }
  return 0
}
