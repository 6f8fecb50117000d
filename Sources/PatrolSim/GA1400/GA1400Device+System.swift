import Crypto
import Model

// Registration, keep-alive and sign-off.
extension GA1400Device {
    /// Registers: asks, is challenged, answers.
    ///
    /// - Returns: whether the platform said StatusCode 0.
    @discardableResult
    package func register() async -> Bool {
        let isDone = await prove("/VIID/System/Register", ["RegisterObject": ["DeviceID": .string(settings.id)]])
        state.withLock {
            $0.isRegistered = isDone
            if isDone { $0.tally.registrations += 1 }
        }
        return isDone
    }

    @discardableResult
    package func unregister() async -> Bool {
        let isDone = await prove("/VIID/System/UnRegister", ["UnRegisterObject": ["DeviceID": .string(settings.id)]])
        if isDone { state.withLock { $0.isRegistered = false } }
        return isDone
    }

    /// Tells that it lives; where the platform does not know it any more, it is not registered then.
    @discardableResult
    package func keepalive() async -> Bool {
        let object: JSON = ["KeepaliveObject": ["DeviceID": .string(settings.id)]]
        let (status, json) = await call("POST", "/VIID/System/Keepalive", object)
        let isDone = status == 200 && Self.statusCodes(json).first?.code == 0
        state.withLock {
            if isDone { $0.tally.keepalives += 1 } else { $0.isRegistered = false }
        }
        return isDone
    }

    private func prove(_ path: String, _ object: JSON) async -> Bool {
        let first = await send("POST", path, object.bytes)
        guard let first else { return false }
        guard first.status == 401, let challenge = first.headers["www-authenticate"] else {
            return first.status == 200 && Self.statusCodes(try? JSON(parsing: first.body)).first?.code == 0
        }
        let (status, json) = await call(
            "POST", path, object, headers: [("Authorization", authorization(path, challenge))])
        return status == 200 && Self.statusCodes(json).first?.code == 0
    }

    /// The parameters cut at `,` and `=`, which is all that some clients do; a value that holds either is cut.
    private static func parameters(_ challenge: String) -> [String: String] {
        var found: [String: String] = [:]
        for part in challenge.dropFirst("Digest ".count).split(separator: ",") {
            let sides = part.split(separator: "=")
            guard sides.count >= 2 else { continue }
            found[String(sides[0]).filter { $0 != " " }] = sides[1].filter { $0 != "\"" }
        }
        return found
    }

    private func authorization(_ path: String, _ challenge: String) -> String {
        let parameters = Self.parameters(challenge)
        let realm = parameters["realm"] ?? ""
        let nonce = parameters["nonce"] ?? ""
        let uri = faults.contains(.sloppyDigest) ? "http://\(settings.host):\(settings.port)\(path)" : path
        let count = state.withLock { state -> String in
            state.nonceCount += 1
            let digits = String(state.nonceCount, radix: 16)
            return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
        }
        let identity = Self.md5("\(settings.user):\(realm):\(settings.password)")
        let response = Self.md5("\(identity):\(nonce):\(count):0a4f113b:auth:\(Self.md5("POST:\(uri)"))")
        return "Digest username=\"\(settings.user)\", realm=\"\(realm)\", nonce=\"\(nonce)\", uri=\"\(uri)\", "
            + "response=\"\(response)\", qop=auth, nc=\(count), cnonce=\"0a4f113b\", algorithm=MD5"
    }

    private static func md5(_ text: String) -> String {
        Insecure.MD5.hash(data: Array(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Id and code of each entry of an answer, in either of its shapes.
    package static func statusCodes(_ json: JSON?) -> [(id: String, code: Int)] {
        let list = json?["ResponseStatusListObject"]?["ResponseStatusObject"]?.array
        let objects = list ?? json?["ResponseStatusObject"].map { [$0] } ?? []
        return objects.map { ($0["Id"]?.plainText ?? "", $0["StatusCode"]?.plainText.flatMap { Int($0) } ?? -1) }
    }
}
