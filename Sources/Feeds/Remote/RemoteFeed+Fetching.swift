import Dispatch
import Model
import Platform

// Fetching one file.
extension RemoteFeed {
    func fetch(_ file: RemoteFile) {
        guard let requests else { return }
        let here = Files.size(RemotePart.path(folder, file.path))
        guard freeBytes(folder) - settings.keepFree >= (file.size ?? 0) - here else {
            health.note(.local, RemoteProblems.full(folder))
            return on(.noRoom(file))
        }
        do throws(SystemError) {
            let record = plan.records[file.path]
            let continues = canContinue(file, record, here, isHTTP: requests.address.isHTTP)
            let part = try RemotePart(folder, file.path, continues: continues)
            if !continues {
                // Durable before the first byte, so that a part never passes for one of another file.
                on(
                    .began(
                        RemoteRecord(
                            path: file.path, stamp: file.stamp, local: file.local, state: .part, boot: RemoteRecord.thisBoot)))
            }
            let fetch = RemoteFetch(file, part: part, isHTTP: requests.address.isHTTP)
            fetching = fetch
            guard fetch.offset == 0 || fetch.offset != file.size else { return place(fetch) }
            begin(fetch, requests.fetch(file, from: fetch.offset, tag: continues ? record?.tag ?? "" : ""))
        } catch {
            noteLocal(error)
            on(.noRoom(file))
        }
    }

    private func canContinue(_ file: RemoteFile, _ record: RemoteRecord?, _ here: Int64, isHTTP: Bool) -> Bool {
        guard let record, record.state == .part, record.stamp == file.stamp, record.boot == RemoteRecord.thisBoot, here > 0
        else { return false }
        return here <= file.size ?? here && (!isHTTP || !record.tag.isEmpty)
    }

    private func begin(_ fetch: RemoteFetch, _ request: CurlRequest) {
        let download = fetch.download
        let transfer = multi.stream(
            request,
            onHead: { [weak self] head in self?.queue.async { @Sendable [weak self] in self?.began(head) } },
            onBytes: { [weak self] bytes in
                let piece = Array(bytes)
                download.took(piece.count)
                self?.queue.async { @Sendable [weak self] in
                    self?.took(piece)
                    download.wrote(piece.count)
                }
            },
            onEnd: { [weak self] result in self?.queue.async { @Sendable [weak self] in self?.ended(result) } })
        download.set(transfer)
        giveUp = { download.cancel() }
    }

    private func began(_ head: CurlHead) {
        guard let fetch = fetching, fetch.stop == nil else { return }
        guard fetch.accepts(head) else { return fetch.download.cancel() }
        guard fetch.isHTTP, var record = plan.records[fetch.file.path] else { return }
        let tag = head["ETag"].flatMap { $0.hasPrefix("W/") ? nil : $0 } ?? head["Last-Modified"] ?? ""
        guard record.tag != tag else { return }
        record.tag = tag
        on(.began(record))
    }

    private func took(_ piece: [UInt8]) {
        guard let fetch = fetching, fetch.stop == nil else { return }
        fetch.take(piece)
        if fetch.stop != nil { fetch.download.cancel() }
    }

    private func ended(_ result: Result<CurlHead, CurlError>) {
        dispatchPrecondition(condition: .onQueue(queue))
        giveUp = nil
        guard let fetch = fetching, let requests, !isStopping else {
            fetching = nil
            return on(.failed)
        }
        if let stop = fetch.stop { return stopped(fetch, stop, requests) }
        switch result {
        case .success: place(fetch)
        case .failure(let error): failed(fetch, error, requests)
        }
    }

    /// The whole file is here.
    private func place(_ fetch: RemoteFetch) {
        fetching = nil
        let file = fetch.file
        guard file.size == nil || file.size == fetch.part.length else { return on(.changed(file)) }
        do throws(SystemError) {
            try fetch.part.place(folder, file.local)
            health.note(.local, nil)
            health.note(.file, nil)
            on(.fetched(file))
        } catch {
            noteLocal(error)
            on(.noRoom(file))
        }
    }

    /// We ended it ourselves.
    private func stopped(_ fetch: RemoteFetch, _ stop: RemoteFetch.Stop, _ requests: RemoteRequests) {
        fetching = nil
        let file = fetch.file
        switch stop {
        case .local(let error):
            noteLocal(error)
            on(.noRoom(file))
        case .tooLong: on(.changed(file))
        case .misfit:
            forgetPart(file)
            on(.changed(file))
        case .status(let status) where status == 401 || status >= 500 || status == 429:
            fail(RemoteTrouble(status: status, at: requests.address.shown))
        case .status(let status):
            miss(file, "the server answers \(status)", requests)
        }
    }

    private func failed(_ fetch: RemoteFetch, _ error: CurlError, _ requests: RemoteRequests) {
        fetching = nil
        let file = fetch.file
        switch error.file {
        case .noOffset:
            forgetPart(file)
            on(.changed(file))
        case .denied, .notFound:
            miss(file, "it may not be read, or is gone", requests)
        default:
            fail(RemoteTrouble(error, at: requests.address.shown, usesKey: requests.usesKey))
        }
    }

    private func miss(_ file: RemoteFile, _ why: String, _ requests: RemoteRequests) {
        health.note(.file, RemoteProblems.file(file, requests.address.shown, why))
        on(.missed(file))
    }

    /// Begins anew next time.
    private func forgetPart(_ file: RemoteFile) {
        try? Files.remove(RemotePart.path(folder, file.path))
    }
}
