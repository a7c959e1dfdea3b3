# frozen_string_literal: true

# From users.json.

require "json"

module UsersJson
  # The key is not there; nil says that it is null.
  ABSENT = ::Object.new.freeze

  # What from_json is made of: each reader checks a value and names the path when it does not fit.
  module Readers
    module_function

    def misfit(path, expected, value)
      raise ::TypeError, "#{path}: expected #{expected}, got #{value.class}"
    end

    def object(value, path)
      value.is_a?(::Hash) ? value : misfit(path, "object", value)
    end

    def or_nil(read)
      ->(value, path) { value.nil? ? nil : read.call(value, path) }
    end

    def list(read)
      lambda do |value, path|
        misfit(path, "array", value) unless value.is_a?(::Array)
        value.each_with_index.map { |item, i| read.call(item, "#{path}[#{i}]") }
      end
    end

    def tuple(*reads)
      lambda do |value, path|
        misfit(path, "array of #{reads.size}", value) unless value.is_a?(::Array) && value.size == reads.size
        value.each_with_index.map { |item, i| reads[i].call(item, "#{path}[#{i}]") }
      end
    end

    def map(read)
      ->(value, path) { object(value, path).to_h { |k, v| [k, read.call(v, "#{path}.#{k}")] } }
    end

    def any_of(value, path, expected, *reads)
      reads.each do |read|
        return read.call(value, path)
      rescue ::TypeError
        next
      end
      misfit(path, expected, value)
    end

    def required(value, key, path, read)
      raise ::TypeError, "#{path}: the key #{key.inspect} is missing" unless value.key?(key)

      read.call(value[key], "#{path}.#{key}")
    end

    def optional(value, key, path, read)
      value.key?(key) ? read.call(value[key], "#{path}.#{key}") : ABSENT
    end

    ANYTHING = ->(value, _path) { value }
    BOOLEAN = ->(value, path) { [true, false].include?(value) ? value : misfit(path, "boolean", value) }
    STRING = ->(value, path) { value.is_a?(::String) ? value : misfit(path, "string", value) }
    INTEGER = ->(value, path) { value.is_a?(::Integer) ? value : misfit(path, "integer", value) }
    NUMBER = ->(value, path) { value.is_a?(::Numeric) ? value : misfit(path, "number", value) }
  end

  class UserPage
    attr_accessor :data
    # e.g. abc
    attr_accessor :next_cursor
    # e.g. 4
    attr_accessor :total

    def initialize(
      data:,
      next_cursor: ABSENT,
      total:
    )
      @data = data
      @next_cursor = next_cursor
      @total = total
    end

    def self.from_json(value, path = "$")
      Readers.object(value, path)
      new(
        data: Readers.required(value, "data", path, Readers.list(User.method(:from_json))),
        next_cursor: Readers.optional(value, "next_cursor", path, Readers.or_nil(Readers::STRING)),
        total: Readers.required(value, "total", path, Readers::INTEGER)
      )
    end

    def to_json(*state)
      out = {}
      out["data"] = @data
      out["next_cursor"] = @next_cursor unless ABSENT.equal?(@next_cursor)
      out["total"] = @total
      out.to_json(*state)
    end
  end

  class User
    # e.g. 1
    attr_accessor :id
    # e.g. Ada
    attr_accessor :name
    # email; e.g. ada@example.com
    attr_accessor :email
    attr_accessor :role
    # date-time; e.g. 2024-03-02T08:30:00Z
    attr_accessor :created_at
    # date; e.g. 2024-03-02
    attr_accessor :day
    # uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301
    attr_accessor :uuid
    # decimal; e.g. 12.50
    attr_accessor :balance
    attr_accessor :active
    attr_accessor :address
    attr_accessor :tags

    def initialize(
      id:,
      name:,
      email:,
      role:,
      created_at:,
      day:,
      uuid:,
      balance:,
      active:,
      address:,
      tags:
    )
      @id = id
      @name = name
      @email = email
      @role = role
      @created_at = created_at
      @day = day
      @uuid = uuid
      @balance = balance
      @active = active
      @address = address
      @tags = tags
    end

    def self.from_json(value, path = "$")
      Readers.object(value, path)
      new(
        id: Readers.required(value, "id", path, Readers::INTEGER),
        name: Readers.required(value, "name", path, Readers::STRING),
        email: Readers.required(value, "email", path, Readers::STRING),
        role: Readers.required(value, "role", path, Readers::STRING),
        created_at: Readers.required(value, "created_at", path, Readers::STRING),
        day: Readers.required(value, "day", path, Readers::STRING),
        uuid: Readers.required(value, "uuid", path, Readers::STRING),
        balance: Readers.required(value, "balance", path, Readers::STRING),
        active: Readers.required(value, "active", path, Readers::BOOLEAN),
        address: Readers.required(value, "address", path, Address.method(:from_json)),
        tags: Readers.required(value, "tags", path, Readers.list(Readers::STRING))
      )
    end

    def to_json(*state)
      out = {}
      out["id"] = @id
      out["name"] = @name
      out["email"] = @email
      out["role"] = @role
      out["created_at"] = @created_at
      out["day"] = @day
      out["uuid"] = @uuid
      out["balance"] = @balance
      out["active"] = @active
      out["address"] = @address
      out["tags"] = @tags
      out.to_json(*state)
    end
  end

  class Address
    # e.g. 1 Main
    attr_accessor :street
    # e.g. Oslo
    attr_accessor :city
    # e.g. 0150
    attr_accessor :zip

    def initialize(
      street:,
      city:,
      zip:
    )
      @street = street
      @city = city
      @zip = zip
    end

    def self.from_json(value, path = "$")
      Readers.object(value, path)
      new(
        street: Readers.required(value, "street", path, Readers::STRING),
        city: Readers.required(value, "city", path, Readers::STRING),
        zip: Readers.required(value, "zip", path, Readers::STRING)
      )
    end

    def to_json(*state)
      out = {}
      out["street"] = @street
      out["city"] = @city
      out["zip"] = @zip
      out.to_json(*state)
    end
  end

  # Reads and checks; raises JSON::ParserError, or TypeError with the path.
  def self.parse_users(text)
    value = ::JSON.parse(text, max_nesting: false)
    UserPage.method(:from_json).call(value, "$")
  end

  def self.serialize_users(value)
    ::JSON.generate(value, max_nesting: 0)
  end
end
