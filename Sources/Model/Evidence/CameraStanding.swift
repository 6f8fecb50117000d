/// Whether a camera may be used for enforcement: reviewed, and its place published (行政处罚法, article 41).
package struct CameraStanding: Hashable, Sendable {
    /// Number of the legal and technical review (法制和技术审核).
    package var reviewNumber: String?
    /// Its day as written in the configuration.
    package var reviewDate: String?
    /// Where and when the camera's place was published.
    package var published: String?

    package init(reviewNumber: String? = nil, reviewDate: String? = nil, published: String? = nil) {
        self.reviewNumber = reviewNumber
        self.reviewDate = reviewDate
        self.published = published
    }
}
