import Model

/// What a simulated ONVIF camera does wrong; each is known from the field and can be switched while it runs.
package enum ONVIFFault: Hashable, Sendable {
    /// Addresses that it names have this host and port instead of its own.
    case wrongHost(String)
    /// GetServices is a fault, as on old firmware.
    case noGetServices
    /// GetCapabilities is a fault, too.
    case noGetCapabilities
    /// Neither of them names an event service.
    case noEventAddress
    /// CreatePullPointSubscription without InitialTerminationTime is HTTP 500.
    case needsTerminationTime
    /// Spans such as `PT600S` are not understood.
    case absoluteTimesOnly
    /// The connection closes that long after a poll began.
    case closeMidPoll(Span)
    /// Every pull is a fault.
    case faultOnPull
    /// Every renewal is a fault of that code.
    case faultOnRenew(String)
    /// The next answer with messages breaks off in the middle; then the fault is spent.
    case garbledMessages
    /// The next pull is answered with a page; then the fault is spent.
    case pageInsteadOfMessages
    /// The request stands behind the answer in the same body.
    case echoesRequest
    /// Stands behind every topic.
    case topicEnd(String)
    /// Every message has this UtcTime; empty for none.
    case time(String)
    /// Renew without wsa:MessageID is HTTP 500.
    case needsMessageID
    /// Every answer with messages holds an empty one and one without a topic, too.
    case emptyMessages
    /// A wrong password is answered with this HTTP status instead of 400.
    case refusalStatus(Int)
    /// Requests are never answered.
    case stall
    /// One Unsubscribe ends all subscriptions.
    case unsubscribeEndsAll
    /// GetSnapshotUri's address answers with text.
    case textSnapshot
    /// Everything is answered with a page, as the web server of another device does.
    case noONVIF
    /// Tokens are good only with a time that ends in `Z`.
    case zuluOnly
}
