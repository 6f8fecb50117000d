import Yams

/// The versions of the form, and the rules common to all, as shipped inside the program.
package struct FormLibrary: Sendable {
    package let forms: [ReportForm]
    let commonRules: [Rule]

    /// Reads what is shipped.
    ///
    /// - Throws: `DisclosureError` (`badForm`), which only a faulty build can cause.
    package static func shipped() throws -> FormLibrary {
        let sources = [PackageResources.form_2021_yaml, PackageResources.form_2019_yaml]
        let forms: [ReportForm] = try sources.map { try read($0, "form") }
        let rules: RuleFile = try read(PackageResources.rules_yaml, "rules.yaml")
        return FormLibrary(forms: forms, commonRules: rules.rules)
    }

    /// The form of that version.
    ///
    /// - Throws: `DisclosureError` (`unknownForm`) that names the versions there are.
    package func form(_ version: String) throws -> ReportForm {
        guard let form = forms.first(where: { $0.form == version }) else {
            let known = forms.map(\.form).joined(separator: ", ")
            throw DisclosureError(.unknownForm, "There is no form \"\(version)\"; use one of \(known).")
        }
        return form
    }

    /// The rules that a report of that form must meet, in their order.
    func rules(for form: ReportForm) -> [Rule] {
        (form.rules + commonRules).sorted { ($0.group, $0.number) < ($1.group, $1.number) }
    }

    private struct RuleFile: Decodable {
        let rules: [Rule]
    }

    private static func read<Value: Decodable>(_ bytes: [UInt8], _ name: String) throws -> Value {
        do {
            return try YAMLDecoder().decode(Value.self, from: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw DisclosureError(.badForm, "The shipped data \(name) is not readable: \(error)")
        }
    }
}

/// Why a report could not be made, checked or traced.
package struct DisclosureError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        case badForm = "bad-form"
        case unknownForm = "unknown-form"
        case badYear = "bad-year"
        case badRecord = "bad-record"
        case unknownFigure = "unknown-figure"
        case cannotCreate = "cannot-create"
        case writeFailed = "write-failed"
        case badChapters = "bad-chapters"
    }

    package let code: Code
    /// One sentence: what, where, what to do.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
