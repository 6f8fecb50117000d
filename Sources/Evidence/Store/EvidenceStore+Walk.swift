import Model
import Platform

extension EvidenceStore {
    /// The SHA-256 of every file whose name begins with these two digits, in order.
    ///
    /// Names that are no hash are passed over: they are not ours.
    package func names(beginning pair: String) -> [String] {
        let outer = folder + "/" + pair
        var names: [String] = []
        for inner in (try? Files.list(outer)) ?? [] where inner.utf8.count == 2 {
            let found = (try? Files.list(outer + "/" + inner)) ?? []
            names += found.filter { $0.hasPrefix(pair + inner) && EvidenceItem.isHash($0) }
        }
        return names
    }
}
