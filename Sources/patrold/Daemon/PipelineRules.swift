import Incidents
import Model

/// What the pipeline decides by, as the configuration says.
struct PipelineRules: Sendable {
    var correlation: CorrelationRules
    /// Keys of the channels that are told when their complaints are closed.
    var replying: Set<String>
    /// Recorder → how long one half of a recording waits for the other.
    var pairing: [String: Span]
}
