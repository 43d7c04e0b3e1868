import Foundation
import StorylineAdmin

let environment = ProcessInfo.processInfo.environment
let console = Console.standard(environment: environment)
let interruption = Interruption()
let signals = AdminTool.listenForCtrlC(interruption, console: console)
let tool = AdminTool(console: console, environment: environment, interruption: interruption)
let code = await tool.run(Array(CommandLine.arguments.dropFirst()))
signals.cancel()
exit(code)
