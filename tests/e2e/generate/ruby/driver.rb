require_relative "shop"

def check(ok, what) = ok || raise("FAILED: #{what}")

def fails(type)
  yield
  false
rescue type
  true
end

u = User.new("Ann", 4, tags: ["a"])
check(u == User.new("Ann", 4, tags: ["a"]) && u.hash == User.new("Ann", 4, tags: ["a"]).hash, "equal")
check(u != User.new("Ann", 5, tags: ["a"]) && u != nil && { u => 1 }[User.new("Ann", 4, tags: ["a"])] == 1, "not equal")
check(u.to_s == 'User(name="Ann", age=4, tags=["a"])', u.to_s)
check(UserBuilder.new.name("Ann").age(4).tags(["a"]).build == u && UserBuilder.new.name("Bob").build.age == 3, "builder")
check(fails(ArgumentError) { UserBuilder.new.build }, "missing")
check(User.from_h(u.to_h) == u && User.from_h({ "name" => "x" }).age == 3 && fails(KeyError) { User.from_h({}) }, "hash")
p1 = Point.new(x: 1, y: 2)
check(p1.x == 1 && p1.hash == Point.new(x: 1, y: 2).hash && p1.hash != Point.new(x: 1, y: 3).hash, "point")
q = Quiet.parse(%w[--level high --fast --count 7 --names a,b])
check([q.level, q.fast, q.count, q.names] == ["high", true, 7, %w[a b]], "options")
check(Quiet.parse([]).level == "low" && fails(OptionParser::ParseError) { Quiet.parse(%w[--odd]) }, "defaults")
check(Color.case_of(1).nil? && fails(ArgumentError) { Color.case_of(9) }, "case")
check(Box.instance_methods(false) == [:put] && fails(NotImplementedError) { Box.new.put("k", loud: true) } && Box.new.empty?, "stub")
m = MockStore.new(load: "x")
m.save("k", value: 2)
check(m.load("k") == "x" && m.calls == [[:save, "k", { value: 2 }], [:load, "k"]], "mock")
check(Color.parse("green") == 2 && Color.to_text(1) == "red" && fails(ArgumentError) { Color.parse("blue") }, "color")
check(File.read("shop.rb").include?("# Return the price.\n#\n# @param count [Object] the count\n# @param label [String] the label\n# @raise [ArgumentError]"), "doc")
