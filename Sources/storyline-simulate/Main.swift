import ArgumentParser
import StorylineSimulator

@main
struct Main {
  static func main() async { await Simulate.main() }
}
