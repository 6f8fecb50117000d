/// An element with what is inside it, for documents whose shape is not flat (SOAP, ONVIF); names are local names.
package struct XMLElement: Hashable, Sendable {
    package struct Attribute: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    package var name: String
    package var attributes: [Attribute]
    /// Its characters without white space around them, where no element is inside it.
    package var text: String
    package var children: [XMLElement]

    /// Reads a document.
    ///
    /// - Throws: `XMLError`, as `XMLReader.read` does.
    package init(parsing bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(XMLError) {
        let builder = try XMLReader.read(bytes, into: XMLElementBuilder(), limits: limits)
        guard let root = builder.root else { throw XMLError(code: .empty) }
        self = root
    }

    init(name: String, attributes: [Attribute]) {
        self.name = name
        self.attributes = attributes
        text = ""
        children = []
    }

    /// The first child of that name.
    package subscript(name: String) -> XMLElement? {
        children.first { $0.name == name }
    }

    package func attribute(_ name: String) -> String? {
        attributes.first { $0.name == name }?.value
    }

    /// The first element of that name in document order, this one included.
    package func first(_ name: String) -> XMLElement? {
        if self.name == name { return self }
        for child in children {
            if let found = child.first(name) { return found }
        }
        return nil
    }
}

private struct XMLElementBuilder: XMLVisitor {
    private var open: [XMLElement] = []
    private(set) var root: XMLElement?

    mutating func open(_ name: String, attributes: XMLAttributes, depth: Int) {
        open.append(
            XMLElement(name: name, attributes: attributes.all.map { XMLElement.Attribute(name: $0.name, value: $0.value) }))
    }

    mutating func close(_ name: String, text: UnsafeBufferPointer<UInt8>, depth: Int) {
        guard var element = open.popLast() else { return }
        element.text = text.trimmedText
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(element)
        }
    }
}
