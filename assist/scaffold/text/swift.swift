/// A key that may be absent or null: the property itself is nil when the key is absent.
public struct Maybe<Value: Codable>: Codable {
    public var value: Value?

    public init(_ value: Value?) {
        self.value = value
    }

    public init(from decoder: Decoder) throws {
        let single = try decoder.singleValueContainer()
        value = single.decodeNil() ? nil : try single.decode(Value.self)
    }

    public func encode(to encoder: Encoder) throws {
        var single = encoder.singleValueContainer()
        if let value = value {
            try single.encode(value)
        } else {
            try single.encodeNil()
        }
    }
}

/// Any JSON.
public indirect enum JSONValue: Codable {
    case null
    case bool(Bool)
    case number(Decimal)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    public init(from decoder: Decoder) throws {
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let value = try? single.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? single.decode(Decimal.self) {
            self = .number(value)
        } else if let value = try? single.decode(String.self) {
            self = .string(value)
        } else if let value = try? single.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try single.decode([String: JSONValue].self))
        }
    }

    public func encode(to encoder: Encoder) throws {
        var single = encoder.singleValueContainer()
        switch self {
        case .null: try single.encodeNil()
        case .bool(let value): try single.encode(value)
        case .number(let value): try single.encode(value)
        case .string(let value): try single.encode(value)
        case .array(let value): try single.encode(value)
        case .object(let value): try single.encode(value)
        }
    }
}
