import Model

/// The feed of a camera that calls us (WS-BaseNotification): subscribed at its start, renewed, and given back.
///
/// A call is answered with 200 when its messages are durable, with 503 while too much waits; a camera that is told 503
/// either sends again or does not, which is why pulling is to be preferred. Pull and push must not be mixed on one camera:
/// some end all subscriptions when one ends.
package final class ONVIFPush: Sendable {
    package let feed: DeviceFeed
    private let connection: ONVIFConnection

    /// - Parameter consumer: where the camera reaches us, as short as can be: `http://10.0.0.2:8080/push/onvif/cam-1`.
    package init(_ camera: ONVIFCamera, consumer: String, multi: CurlMulti, in surroundings: FeedSurroundings) {
        var pushed = camera
        pushed.plan.consumer = consumer
        connection = ONVIFConnection(pushed, multi: multi)
        feed = DeviceFeed(pushed.feedProfile, queue: multi.queue, connection: connection, in: surroundings)
    }

    /// Takes a camera's Notify.
    package func receive(_ request: PushRequest) async -> PushAnswer {
        guard request.method == "POST" else { return .text(405, "notifications come by POST") }
        return await withCheckedContinuation { answer in
            feed.run { feed in
                guard !feed.isFull else {
                    answer.resume(returning: .busy)
                    return
                }
                self.connection.take(request, feed)
                feed.whenDurable { result in
                    if case .success = result {
                        answer.resume(returning: PushAnswer(200))
                    } else {
                        answer.resume(returning: .busy)
                    }
                }
            }
        }
    }
}

extension PushAnswer {
    /// Come again in a while.
    fileprivate static var busy: PushAnswer {
        PushAnswer(503, headers: [("Retry-After", "5")])
    }
}

extension ONVIFConnection {
    /// Takes what a camera sent us by itself; what cannot be read goes to quarantine and counts as a sign of life.
    fileprivate func take(_ request: PushRequest, _ feed: DeviceFeed) {
        let now = feed.moment()
        feed.called(at: now)
        let reason: String
        do throws(SOAPError) {
            let answer = try SOAPAnswer(request.body)
            guard answer.body.name != "Notify" else {
                _ = take(answer, feed, now)
                return
            }
            reason = "it is '\(answer.body.name.prefix(40))', not Notify"
        } catch .unreadable(let why) {
            reason = why
        } catch {
            reason = "it is a fault"
        }
        feed.unreadable(
            request.body, request["Content-Type"] ?? ONVIFDecoder.contentType,
            "the camera's notification is not readable: \(reason)")
    }
}
