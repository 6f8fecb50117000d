import Model

extension Settings {
    /// The media's news feeds and the WeChat account.
    package struct Media: Hashable, Sendable {
        package var outlets: [Outlet] = []
        package var wechat: WeChat?

        package init() {}

        /// Every secret with the key that names it.
        package var secrets: [(key: String, secret: Secret)] {
            let outlets = outlets.enumerated().compactMap { index, outlet in
                outlet.password.map { ("outlets[\(index)].password", $0) }
            }
            guard case .account(let account)? = wechat?.way else { return outlets }
            return outlets + [("wechat.secret", account.secret)]
        }
    }

    /// A newspaper, station or site whose articles about the bureau are suggested for the `publication` register.
    package struct Outlet: Hashable, Sendable {
        /// Name of the feed.
        package var name: String
        /// The outlet's name as the register prints it.
        package var outlet: String
        /// The whole address of its RSS or Atom document.
        package var url: String
        /// An article that holds one of them names the bureau.
        package var keywords: [String]
        package var every = Span.minutes(30)
        package var user: String?
        package var password: Secret?
        package var tls = TLS()

        package init(name: String, outlet: String, url: String, keywords: [String]) {
            self.name = name
            self.outlet = outlet
            self.url = url
            self.keywords = keywords
        }
    }

    /// The WeChat account whose followers are counted.
    package struct WeChat: Hashable, Sendable {
        /// How the figures come in.
        package enum Way: Hashable, Sendable {
            case account(Account)
            /// A folder into which the answers of WeChat's interface are put as files.
            case folder(String)
        }

        /// What WeChat's interface is asked with.
        package struct Account: Hashable, Sendable {
            package var url = "https://api.weixin.qq.com"
            package var appID: String
            package var secret: Secret
            package var tls = TLS()
            package var every = Span.hours(6)
            /// The first day asked for; nothing means 31 December of last year.
            package var since: Day?
            /// For how many days a missing day is asked for again.
            package var patience = 7

            package init(appID: String, secret: Secret) {
                self.appID = appID
                self.secret = secret
            }
        }

        /// Name of the feed.
        package var name = "wechat"
        package var way: Way

        package init(name: String = "wechat", way: Way) {
            self.name = name
            self.way = way
        }
    }
}
