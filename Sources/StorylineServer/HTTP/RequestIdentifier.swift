/// The id of one request: in its answer, in the log, and nowhere else.
///
/// Random and not counted, so that it does not tell one caller how many others there were.
enum RequestIdentifier {
  static func random() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
