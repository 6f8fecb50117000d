import Hummingbird
import Model

/// Who may read and who may report: the specification's `api_key` is the token of a source with the scope `open311`.
///
/// A key reads its own channel's requests, one that has the scope `read` too, and the operators' socket, all. Without
/// a key nothing is answered, unless the site says that what came in through Open311 is public.
struct Open311Caller: Sendable {
    let access: Access
    let site: Open311Site

    /// The channels whose requests a caller may see; nothing means all.
    ///
    /// - Throws: `Open311Error` 403.
    func channels(_ fields: Open311Fields, _ request: Request) throws(Open311Error) -> Set<String>? {
        if access.isLocal { return nil }
        guard let grant = try grant(fields, request) else {
            guard site.isPublic else { throw Open311Error(403, "api_key was not provided; ask the bureau for one") }
            return Set(access.grants.filter { $0.scopes.contains(.open311) }.compactMap(\.channel))
        }
        if grant.scopes.contains(.read) { return nil }
        return [try Self.channel(of: grant)]
    }

    /// The key's name and the channel that it reports to.
    ///
    /// - Throws: `Open311Error` 403.
    func reporter(_ fields: Open311Fields, _ request: Request) throws(Open311Error) -> (name: String, channel: String) {
        guard let grant = try grant(fields, request) else {
            throw Open311Error(403, "api_key was not provided; ask the bureau for one")
        }
        return (grant.name, try Self.channel(of: grant))
    }

    private static func channel(of grant: Grant) throws(Open311Error) -> String {
        guard grant.scopes.contains(.open311), let channel = grant.channel else {
            throw Open311Error(403, "the key '\(grant.name)' is not for Open311; use one with the scope 'open311'")
        }
        return channel
    }

    /// The grant of the key that was sent, nothing where none was.
    private func grant(_ fields: Open311Fields, _ request: Request) throws(Open311Error) -> Grant? {
        let key = fields["api_key"]
        guard key != nil || request.headers[.authorization] != nil else { return nil }
        guard let grant = key.map({ access.grant(withToken: $0[...]) }) ?? access.grant(of: request) else {
            throw Open311Error(403, "api_key is not valid; ask the bureau for a new one")
        }
        return grant
    }
}
