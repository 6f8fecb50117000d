import Glibc
import Settings
import TestKit
import Testing

@Suite struct SecretTests {
    @Test("a file's secret comes without its line end, and inner blanks stay")
    func file() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(" pass word \r\n", to: "s")
        chmod(path, 0o600)
        #expect(try Secret.file(path).read() == " pass word ")
    }

    @Test("a credential is looked up in the folder that systemd made")
    func credential() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("geheim\n", to: "cam-1")
        chmod(path, 0o400)
        #expect(try Secret.credential("cam-1").read(credentials: folder.path) == "geheim")
    }

    @Test("a file that everybody can read is refused with the command that mends it")
    func exposed() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("geheim\n", to: "s")
        chmod(path, 0o644)
        let error = #expect(throws: SecretError.self) { try Secret.file(path).read() }
        #expect(error?.code == .exposed)
        #expect(error?.sentence == "the secret file \(path) is open to every user of this machine; run: chmod o= \(path)")
    }

    @Test("a private key's file is private, and holds a private key that the library can read")
    func key() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n", to: "id")
        chmod(path, 0o600)
        #expect(try Secret.file(path).keyFile() == path)
        #expect(try Secret.credential("id").keyFile(credentials: folder.path) == path)
        chmod(path, 0o644)
        let open = #expect(throws: SecretError.self) { try Secret.file(path).keyFile() }
        #expect(open?.code == .exposed && open?.sentence.contains("run: chmod o= \(path)") == true)
        for (text, what) in [
            ("ssh-ed25519 AAAA me\n", "holds the public key; name the private one"),
            ("PuTTY-User-Key-File-3: ssh-ed25519\n", "is PuTTY's; run: puttygen"), ("geheim\n", "holds no private key"),
        ] {
            let other = try folder.write(text, to: "other")
            chmod(other, 0o600)
            let error = #expect(throws: SecretError.self) { try Secret.file(other).keyFile() }
            #expect(error?.code == .notAKey && error?.sentence.contains(what) == true)
            #expect(error?.sentence.contains("geheim") == false)
        }
    }

    @Test("a missing file, an empty one and a missing credentials folder each say so")
    func missing() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("\n", to: "empty")
        chmod(path, 0o600)
        #expect(throws: SecretError.self) { try Secret.file(path).read() }
        let absent = #expect(throws: SecretError.self) { try Secret.file(folder.file("no")).read() }
        #expect(absent?.code == .missing)
        let outside = #expect(throws: SecretError.self) { try Secret.credential("cam-1").read(credentials: nil) }
        #expect(outside?.code == .noCredentials)
        #expect(outside?.sentence.contains("LoadCredential=cam-1:") == true)
    }
}

/// Writes bytes that need not be text.
func writeBytes(_ bytes: [UInt8], to path: String) throws {
    let file = try #require(fopen(path, "w"))
    defer { fclose(file) }
    fwrite(bytes, 1, bytes.count, file)
}
