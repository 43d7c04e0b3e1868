/// Bodies of an editor's commits.
enum SampleEdit {
  /// - Parameter id: of the change; the body keeps its own.
  static func source(_ name: String, id: String = "contract-desk", ifMatch: Int? = nil) -> String {
    let precondition = ifMatch.map { #","if_match":\#($0)"# } ?? ""
    return #"{"author":"desk","changes":[{"kind":"source","id":"\#(id)"\#(precondition),"#
      + #""body":{"id":"contract-desk","name":"\#(name)","type":"agency"}}]}"#
  }

  static func removal(rev: Int, reason: String = "error") -> String {
    #"{"author":"desk","changes":[{"kind":"source","id":"contract-desk","if_match":\#(rev),"deleted":true,"#
      + #""reason":"\#(reason)"}]}"#
  }

  static let scheduled =
    #"{"author":"desk","changes":[{"kind":"source","id":"later","publish_at":"2999-01-01T00:00:00.000Z","#
    + #""body":{"id":"later","name":"Later","type":"agency"}}]}"#

  static let unscheduled = #"{"author":"desk","changes":[{"kind":"source","id":"later","unschedule":true}]}"#
}
