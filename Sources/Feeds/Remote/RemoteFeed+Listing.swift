import Dispatch
import Model

// Listing the folder, one folder after the other.
extension RemoteFeed {
    func list() {
        walk = RemoteWalk(settings, now: clock.now())
        listNext()
    }

    private func listNext() {
        dispatchPrecondition(condition: .onQueue(queue))
        guard let requests, let walk else { return }
        guard let below = walk.folder else { return listed(walk) }
        let isMLSD = usesMLSD && (requests.address.kind == .ftp || requests.address.kind == .ftps)
        let request = requests.list(below, usesMLSD: isMLSD, page: walk.page)
        let transfer = multi.send(request) { [weak self] result in
            self?.queue.async { @Sendable [weak self] in self?.listed(below, isMLSD, result) }
        }
        giveUp = { transfer.cancel() }
    }

    private func listed(_ below: RemotePath, _ isMLSD: Bool, _ result: Result<CurlResponse, CurlError>) {
        giveUp = nil
        guard let requests, !isStopping else { return on(.failed) }
        let place = requests.address.shown
        switch result {
        case .success(let response):
            guard !requests.address.isHTTP || response.status == 200 else {
                return refused(below, RemoteTrouble(status: response.status, at: place))
            }
            do throws(RemoteListingError) {
                if let query = settings.query {
                    try walk?.take(query.read(response.body, at: requests.address), of: query)
                } else {
                    try walk?.take(entries(response.body, below, isMLSD, requests.address))
                }
                listNext()
            } catch {
                fail(RemoteTrouble(kind: .unreachable, sentence: place + " " + error.sentence))
            }
        case .failure(let error):
            if isMLSD, (500...504).contains(error.reply), error.file != .login {
                // RFC 3659 is of 2007, and recorders are older.
                usesMLSD = false
                return listNext()
            }
            refused(below, RemoteTrouble(error, at: place, usesKey: requests.usesKey))
        }
    }

    private func entries(
        _ bytes: [UInt8], _ below: RemotePath, _ isMLSD: Bool, _ address: RemoteAddress
    ) throws(RemoteListingError) -> [RemoteEntry] {
        guard address.isHTTP else { return try FTPListing.read(bytes, isMLSD: isMLSD) }
        return try HTTPIndex.read(bytes, base: address.path + below.escaped + (below.bytes.isEmpty ? "" : "/"))
    }

    /// A folder below that cannot be listed is left out; anything else ends the listing.
    private func refused(_ below: RemotePath, _ trouble: RemoteTrouble) {
        guard trouble.kind == .notThere, !below.bytes.isEmpty else { return fail(trouble) }
        walk?.skip()
        listNext()
    }

    private func listed(_ walk: RemoteWalk) {
        self.walk = nil
        guard let place = requests?.address.shown else { return }
        health.note(.folder, RemoteProblems.unreadable(walk.unreadable, settings, place))
        health.note(.names, RemoteProblems.strange(walk.strange, place))
        health.listed(at: clock.now())
        on(.listed(walk.files, unreadable: walk.unreadable))
        if !plan.hasMisses { health.note(.file, nil) }
        noteKept()
    }

    func noteKept() {
        let kept = plan.kept
        health.note(.deletion, kept == 0 ? nil : requests.map { RemoteProblems.notDeleted(kept, $0.address.shown) })
    }

    /// Nothing can be asked of the server now.
    func fail(_ trouble: RemoteTrouble) {
        walk = nil
        health.trouble(trouble, at: clock.now())
        on(trouble.kind == .refused ? .refused : .failed)
    }

    /// Deletes a file that was fetched and has not changed since.
    func delete(_ file: RemoteFile) {
        guard let requests else { return }
        let transfer = multi.send(requests.delete(file)) { [weak self] result in
            self?.queue.async { @Sendable [weak self] in self?.deleted(file, result) }
        }
        giveUp = { transfer.cancel() }
    }

    private func deleted(_ file: RemoteFile, _ result: Result<CurlResponse, CurlError>) {
        giveUp = nil
        guard let requests, !isStopping else { return on(.failed) }
        switch result {
        case .success(let response):
            let isDone = !requests.address.isHTTP || (200..<300).contains(response.status) || response.status == 404
            on(isDone ? .deleted(file) : .notDeleted(file))
        case .failure(let error) where error.file == .command || error.file == .denied: on(.notDeleted(file))
        case .failure(let error): return fail(RemoteTrouble(error, at: requests.address.shown, usesKey: requests.usesKey))
        }
        noteKept()
    }
}
