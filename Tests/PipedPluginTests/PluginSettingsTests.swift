import PipedPlugin
import Testing

@Suite("Plugin settings")
struct PluginSettingsTests {
}
