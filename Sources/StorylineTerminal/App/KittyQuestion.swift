/// Whether a terminal shows images by kitty's protocol, asked as the protocol says: with an image of one dot that is
/// only looked at. A terminal that knows the protocol answers OK, any other one says nothing.
///
/// Source: kitty's graphics protocol, “Querying support and available transmission mediums”.
enum KittyQuestion {
  static let bytes = "\u{1B}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\"

  /// Whether the question reaches the terminal and is no text on it.
  static func canBeAsked(_ variables: [String: String]) -> Bool {
    let term = variables["TERM"] ?? ""
    // Multiplexers pass neither the question nor the image; the console of Linux prints it.
    return variables["TMUX"]?.isEmpty != false && !["", "linux"].contains(term) && !term.hasPrefix("screen")
  }
}

extension PictureWay {
  /// The same with a terminal that shows images.
  var withKitty: PictureWay {
    switch self {
    case .chafa(let path, _): .chafa(path: path, kitty: true)
    case .kitty, .none: .kitty
    }
  }
}
