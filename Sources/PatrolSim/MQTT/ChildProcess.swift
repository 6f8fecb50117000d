import Glibc

/// A program that runs until it is killed; its input and output are nowhere.
struct ChildProcess: Sendable {
    let number: pid_t

    /// Starts a program of the search path; nothing where it cannot be started.
    init?(_ program: String, _ arguments: [String]) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The calling thread may have blocked signals that a server needs.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var number: pid_t = 0
        guard posix_spawnp(&number, program, &actions, &attributes, &words, environ) == 0 else { return nil }
        self.number = number
    }

    /// Ends it by SIGKILL and waits for its end.
    func kill() {
        Glibc.kill(number, SIGKILL)
        _ = wait()
    }

    /// Its status when it has ended by itself.
    @discardableResult
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(number, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
