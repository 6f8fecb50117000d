/// Which plan's patrol has which camera: one at a time, in the order in which they asked.
struct PatrolCameras: Sendable {
    private var holders: [String: String] = [:]
    private var waiting: [String: [String]] = [:]

    /// Whether the plan has the camera now; else it waits for it.
    mutating func take(_ camera: String, for plan: String) -> Bool {
        guard let holder = holders[camera], holder != plan else {
            holders[camera] = plan
            return true
        }
        if waiting[camera]?.contains(plan) != true { waiting[camera, default: []].append(plan) }
        return false
    }

    /// Lets a camera go, or waits for it no more; the plan that has it now where that changed.
    mutating func release(_ camera: String, by plan: String) -> String? {
        waiting[camera]?.removeAll { $0 == plan }
        guard holders[camera] == plan else { return nil }
        guard let next = waiting[camera]?.first else {
            holders[camera] = nil
            waiting[camera] = nil
            return nil
        }
        waiting[camera]?.removeFirst()
        holders[camera] = next
        return next
    }
}
