import FoundationEssentials
import HTTPTypes
import Hummingbird

/// Who may ask what: everybody on the Unix socket (its file's rights decide), bearers of a token elsewhere.
package struct Access: Sendable {
    /// The socket of the machine's own operators.
    let isLocal: Bool
    let grants: [Grant]

    package static let local = Access(isLocal: true, grants: [])

    package static func tokens(_ grants: [Grant]) -> Access {
        Access(isLocal: false, grants: grants)
    }

    /// The grant behind a request's credential; nothing on the local socket, which needs none.
    ///
    /// - Throws: `Problem` 401 without a known token, 403 where its scopes do not suffice.
    func require(_ scope: Grant.Scope, _ request: Request) throws(Problem) -> Grant? {
        if isLocal { return nil }
        guard let grant = grant(of: request) else {
            throw Problem(
                .unauthorized, "unauthorized", "send 'Authorization: Bearer TOKEN' with the token of a configured source")
        }
        guard grant.scopes.contains(scope) else {
            throw Problem(.forbidden, "forbidden", "the token '\(grant.name)' has no scope '\(scope.rawValue)'")
        }
        return grant
    }

    /// The grant behind the Authorization header, nothing where there is none that is known.
    func grant(of request: Request) -> Grant? {
        guard let header = request.headers[.authorization] else { return nil }
        if header.hasPrefix("Bearer ") {
            return grant(withToken: header.dropFirst(7))
        }
        // Browsers and device pages know only Basic: any user name, the token as the password.
        guard header.hasPrefix("Basic "), let decoded = Data(base64Encoded: String(header.dropFirst(6))) else { return nil }
        let pair = String(decoding: decoded, as: UTF8.self)
        return pair.firstIndex(of: ":").flatMap { grant(withToken: pair[pair.index(after: $0)...]) }
    }

    /// The grant that has this token.
    func grant(withToken token: Substring) -> Grant? {
        var found: Grant?
        for grant in grants where grant.admits(token.utf8) { found = grant }
        return found
    }
}
