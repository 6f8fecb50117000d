/// The SplitMix64 generator (Steele, Lea, Flood 2014): one seed gives one sequence, on every machine.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number of `range`, by remainder: the standard library's own way may change between versions.
    package mutating func number(_ range: Range<Int>) -> Int {
        range.isEmpty ? range.lowerBound : range.lowerBound + Int(next() % UInt64(range.count))
    }

    /// True with a probability of `share` in a thousand.
    package mutating func chance(perMille share: Int) -> Bool {
        number(0..<1000) < share
    }

    /// One of the values, or `fallback` where there is none.
    package mutating func pick<Value>(_ values: [Value], or fallback: Value) -> Value {
        values.isEmpty ? fallback : values[number(0..<values.count)]
    }

    /// One of the texts, or the empty text where there is none.
    package mutating func pick(_ values: [String]) -> String {
        pick(values, or: "")
    }
}
