import CLibFuzzer
import Foundation

// libFuzzer calls one C function again and again; which target that feeds is the program's first argument, which libFuzzer
// does not get to see.
guard CommandLine.arguments.count > 1, let target = FuzzTarget.all.first(where: { $0.name == CommandLine.arguments[1] })
else {
  print("Usage: storyline-fuzz TARGET [LIBFUZZER OPTIONS] [CORPUS …]\nTargets: \(FuzzTarget.all.map(\.name))")
  exit(2)
}
chosen = target
var count = CommandLine.argc - 1
CommandLine.unsafeArgv[1] = CommandLine.unsafeArgv[0]
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
exit(LLVMFuzzerRunDriver(&count, &arguments) { start, size in feedChosen(start, size) })
