// From users.json. Parse and serialise with parseUsers and serializeUsers.
import Foundation

public struct UserPage: Codable {
    public var data: [User]
    /// e.g. abc
    public var nextCursor: Maybe<String>?
    /// e.g. 4
    public var total: Int64

    private enum CodingKeys: String, CodingKey {
        case data
        case nextCursor = "next_cursor"
        case total
    }

    public init(from decoder: Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.data = try values.decode([User].self, forKey: .data)
        self.nextCursor = values.contains(.nextCursor) ? try values.decode(Maybe<String>.self, forKey: .nextCursor) : nil
        self.total = try values.decode(Int64.self, forKey: .total)
    }

    public func encode(to encoder: Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(self.data, forKey: .data)
        try values.encodeIfPresent(self.nextCursor, forKey: .nextCursor)
        try values.encode(self.total, forKey: .total)
    }
}

public struct User: Codable {
    /// e.g. 1
    public var id: Int64
    /// e.g. Ada
    public var name: String
    /// email; e.g. ada@example.com
    public var email: String
    public var role: Role
    /// date-time; e.g. 2024-03-02T08:30:00Z
    public var createdAt: String
    /// date; e.g. 2024-03-02
    public var day: String
    /// uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301
    public var uuid: String
    /// decimal; e.g. 12.50
    public var balance: String
    public var active: Bool
    public var address: Address
    public var tags: [String]

    private enum CodingKeys: String, CodingKey {
        case id
        case name
        case email
        case role
        case createdAt = "created_at"
        case day
        case uuid
        case balance
        case active
        case address
        case tags
    }

    public init(from decoder: Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.id = try values.decode(Int64.self, forKey: .id)
        self.name = try values.decode(String.self, forKey: .name)
        self.email = try values.decode(String.self, forKey: .email)
        self.role = try values.decode(Role.self, forKey: .role)
        self.createdAt = try values.decode(String.self, forKey: .createdAt)
        self.day = try values.decode(String.self, forKey: .day)
        self.uuid = try values.decode(String.self, forKey: .uuid)
        self.balance = try values.decode(String.self, forKey: .balance)
        self.active = try values.decode(Bool.self, forKey: .active)
        self.address = try values.decode(Address.self, forKey: .address)
        self.tags = try values.decode([String].self, forKey: .tags)
    }

    public func encode(to encoder: Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(self.id, forKey: .id)
        try values.encode(self.name, forKey: .name)
        try values.encode(self.email, forKey: .email)
        try values.encode(self.role, forKey: .role)
        try values.encode(self.createdAt, forKey: .createdAt)
        try values.encode(self.day, forKey: .day)
        try values.encode(self.uuid, forKey: .uuid)
        try values.encode(self.balance, forKey: .balance)
        try values.encode(self.active, forKey: .active)
        try values.encode(self.address, forKey: .address)
        try values.encode(self.tags, forKey: .tags)
    }
}

/// Open: other values are kept as they are.
public struct Role: RawRepresentable, Codable, Hashable {
    public var rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public static let admin = Role(rawValue: "admin")
    public static let user = Role(rawValue: "user")
}

public struct Address: Codable {
    /// e.g. 1 Main
    public var street: String
    /// e.g. Oslo
    public var city: String
    /// e.g. 0150
    public var zip: String

    private enum CodingKeys: String, CodingKey {
        case street
        case city
        case zip
    }

    public init(from decoder: Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.street = try values.decode(String.self, forKey: .street)
        self.city = try values.decode(String.self, forKey: .city)
        self.zip = try values.decode(String.self, forKey: .zip)
    }

    public func encode(to encoder: Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(self.street, forKey: .street)
        try values.encode(self.city, forKey: .city)
        try values.encode(self.zip, forKey: .zip)
    }
}

/// Reads and checks; the error names the path.
public func parseUsers(_ text: String) throws -> UserPage {
    return try JSONDecoder().decode(UserPage.self, from: Data(text.utf8))
}

public func serializeUsers(_ value: UserPage) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

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
