/// What receives a document's elements in order; names are local names, namespaces are ignored.
package protocol XMLVisitor {
    /// An element begins; `depth` is 0 for the root.
    mutating func open(_ name: String, attributes: XMLAttributes, depth: Int)
    /// An element ends.
    ///
    /// - Parameter text: its characters in UTF-8 where no element is inside it, else empty; valid during the call.
    mutating func close(_ name: String, text: UnsafeBufferPointer<UInt8>, depth: Int)
}

extension XMLVisitor {
    package mutating func open(_ name: String, attributes: XMLAttributes, depth: Int) {}
}

/// The attributes of a start tag; valid during the visitor's call only.
package struct XMLAttributes {
    let pairs: UnsafeMutablePointer<UnsafePointer<CChar>?>?

    /// The value of the attribute with that local name.
    package subscript(name: String) -> String? {
        all.first { $0.name == name }?.value
    }

    /// All attributes by their local names, namespace declarations left out.
    package var all: [(name: String, value: String)] {
        guard let pairs else { return [] }
        var found: [(name: String, value: String)] = []
        var index = 0
        while let name = pairs[index], let value = pairs[index + 1] {
            index += 2
            let text = String(cString: name)
            if text != "xmlns", !text.hasPrefix("xmlns:") { found.append((XMLReader.localName(text), String(cString: value))) }
        }
        return found
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The characters without the white space around them.
    package var trimmedText: String {
        let first = skippingBlanks(from: 0)
        return String(decoding: self[first..<trimmingBlanks(from: first, to: count)], as: UTF8.self)
    }
}
