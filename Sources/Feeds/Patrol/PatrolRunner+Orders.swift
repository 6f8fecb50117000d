import Dispatch
import Model

// What cameras are asked; each answer comes back with the number of its order.
extension PatrolRunner {
    /// Writing evidence blocks, so it has a queue of its own.
    private static let pictures = DispatchQueue(label: "patrold.patrols.pictures", qos: .utility)

    func turn(_ spot: PatrolSpot, _ name: String) {
        guard let (control, order) = control(spot, name), let preset = spot.preset else { return }
        Task { [self] in
            do throws(DeviceProblem) {
                try await control.go(to: preset)
                answer(.turned, to: order, of: name)
            } catch {
                answer(.problem(error.sentence), to: order, of: name)
            }
        }
    }

    func takePicture(_ spot: PatrolSpot, _ name: String) {
        guard let (control, order) = control(spot, name) else { return }
        Task { [self] in
            switch await SnapshotProbe(control).take() {
            case .success(let bytes): keep(bytes, order, name)
            case .failure(let problem): answer(.problem(problem.sentence), to: order, of: name)
            }
        }
    }

    /// The picture must be in the evidence store before a fact names it.
    private func keep(_ bytes: [UInt8], _ order: Int, _ name: String) {
        guard PictureJudge.isPicture(bytes) else {
            return answer(.problem("the camera sent no picture; look at its live view"), to: order, of: name)
        }
        Self.pictures.async { [self] in
            if let hash = surroundings.storePicture(bytes) {
                answer(.pictured(hash), to: order, of: name)
            } else {
                let sentence = "the picture could not be kept; check the evidence folder's space and rights"
                answer(.problem(sentence), to: order, of: name)
            }
        }
    }

    private func control(_ spot: PatrolSpot, _ name: String) -> (any CameraControl, order: Int)? {
        guard let order = courses[name]?.order else { return nil }
        if let control = surroundings.control(spot.camera) { return (control, order) }
        let sentence = "there is no camera \(spot.camera) that takes orders; check cameras in the settings"
        answer(.problem(sentence), to: order, of: name)
        return nil
    }
}
