import Glibc
import Platform

/// The sentences about what goes wrong beside the connection.
enum RemoteProblems {
    static func local(_ error: any Error, _ folder: String) -> String {
        guard let error = error as? SystemError else { return "the folder \(folder) cannot be used: \(error)" }
        switch error.number {
        case ENOSPC, EDQUOT: return full(folder)
        case EACCES, EPERM, EROFS:
            return "the folder \(folder) cannot be written; give the service user access to it"
        default:
            return "the folder \(folder) cannot be written (\(error.operation): \(String(cString: strerror(error.number)))); "
                + "check its disk"
        }
    }

    static func full(_ folder: String) -> String {
        "the disk of \(folder) is full, so nothing is fetched; make room and it goes on by itself"
    }

    static func file(_ file: RemoteFile, _ place: String, _ why: String) -> String {
        "\(SpoolHealth.masked(file.local)) at \(place) is not fetched yet: \(why)"
    }

    static func notDeleted(_ count: Int, _ place: String) -> String {
        "\(place) does not let us delete (\(count) fetched, still there); give the user that right or set after to keep"
    }

    static func unreadable(_ folders: [RemotePath], _ settings: RemoteFolder, _ place: String) -> String? {
        guard let first = folders.first else { return nil }
        let more = folders.count > 1 ? " and \(folders.count - 1) more" : ""
        let name = SpoolHealth.masked(RemoteName.local(first, settings.encoding))
        return "the folder \(name)\(more) at \(place) cannot be listed; give the user access to it"
    }

    static func strange(_ count: Int, _ place: String) -> String? {
        count == 0 ? nil : "\(place) tells neither size nor time of \(count) files, or no usable address; they are left there"
    }
}
