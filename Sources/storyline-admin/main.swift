import Foundation
import StorylineAdmin

let environment = ProcessInfo.processInfo.environment
let tool = AdminTool(console: .standard(environment: environment), environment: environment)
exit(await tool.run(Array(CommandLine.arguments.dropFirst())))
