import Journal
import Model

/// How people are told that personal data stands unprotected, or that what is protected cannot be read.
enum SealingWord {
    /// One sentence about a journal that runs; nothing where all is well.
    static func unsealed(_ isSealing: Bool) -> String? {
        isSealing
            ? nil
            : "personal data is not sealed: the daemon has no key, and names and numbers are stored in the clear; "
                + "put the key back and restart the daemon"
    }
}

extension Site {
    /// One sentence where there is no usable key for personal data; nothing where there is one, or where the daemon will
    /// make the first at its first start.
    func keyWarning(_ language: Language) -> String? {
        do throws(Failure) {
            guard try personalSeal() == nil, (try? journalReader()) != nil else { return nil }
            return language(
                zh: "个人信息密钥 \(personalKeyPath) 不存在：已加密的姓名和电话无法查看，重启后将生成新密钥；请放回原密钥",
                en: "the key for personal data \(personalKeyPath) is not there: sealed names and numbers stay hidden, and the "
                    + "daemon makes another at its next start; put it back")
        } catch {
            return language(
                zh: "个人信息密钥不可用，新的姓名和电话无法加密：\(error.sentence)",
                en: "the key for personal data is not usable, and nothing can be sealed: \(error.sentence)")
        }
    }
}
