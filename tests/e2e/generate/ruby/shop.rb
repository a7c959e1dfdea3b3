# A user.
class User
  attr_accessor :name, :age

  def initialize(name, age = 3, tags: [], **rest)
    @name = name
    @age = age
    @tags = tags
  end
end

class Point
  attr_reader :x, :y
end

class Quiet
  def initialize(level = "low", fast: false, count: 1, names: [])
    @level = level
    @fast = fast
    @count = count
    @names = names
  end
end

class Store
  def load(key)
    key
  end

  def save(key, value: 1) = key + value
end

class Shelf
  def put(key, count = 1, loud: false)
    raise NotImplementedError
  end

  def empty? = true
end

class Box < Shelf
end

module Color
  RED = 1
  GREEN = 2
end

def price(count, label = "x")
  raise ArgumentError, "count" if count == :bad

  [count, label]
end
