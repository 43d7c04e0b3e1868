import Configuration

/// Where values come from: flags before the environment before the file before what is standard.
struct ConfigurationSources {
  /// A value as it was written, and by what it was set.
  struct Setting: Hashable {
    var text: String
    var origin: String
  }

  private let file: ConfigurationFile?
  private let environment: any ConfigSnapshot
  private let flags: any ConfigSnapshot

  init(file: ConfigurationFile?, environment: [String: String], settings: [String]) {
    self.file = file
    self.environment = EnvironmentVariablesProvider(environmentVariables: environment)
      .prefixKeys(with: "storyline").snapshot()
    flags = CommandLineArgumentsProvider(arguments: ["storylined"] + settings).snapshot()
  }

  /// What is in the file and means nothing.
  var unknown: [String] { file?.unknown ?? [] }

  /// nil if nobody set it.
  ///
  /// - Throws: `ConfigurationFaults` if it is not one value but a list or a mapping.
  func setting(_ key: ConfigurationKey) throws -> Setting? {
    let absolute = AbsoluteConfigKey(ConfigKey(key.name))
    // As an array, because the library splits values at commas; a path may have one.
    if case .stringArray(let parts)? = try flags.value(forKey: absolute, type: .stringArray).value?.content {
      return Setting(text: parts.joined(separator: ","), origin: key.flag)
    }
    if case .string(let text)? = try environment.value(forKey: absolute, type: .string).value?.content {
      return Setting(text: text, origin: key.environmentName)
    }
    return try settingInFile(key, absolute)
  }

  private func settingInFile(_ key: ConfigurationKey, _ absolute: AbsoluteConfigKey) throws -> Setting? {
    guard let snapshot = file?.snapshot else { return nil }
    let value: ConfigValue?
    do {
      value = try snapshot.value(forKey: absolute, type: .string).value
    } catch {
      throw ConfigurationFaults(["\(key.name) (\(snapshot.providerName)): is one value, not several"])
    }
    guard case .string(let text)? = value?.content else { return nil }
    return Setting(text: text, origin: snapshot.providerName)
  }
}
