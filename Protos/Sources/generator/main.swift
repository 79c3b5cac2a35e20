// SwiftPM builds the programs of a dependency only for a target that uses it.
