import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Derived, Base, Point, User, UserBuilder, parseOptionsArgs } from "./shop.mjs";

const u = new User("Ann", 4, ["a"]);
assert.ok(u.equals(new User("Ann", 4, ["a"])));
assert.ok(!u.equals(new User("Ann", 5, ["a"])) && !u.equals(new User("Ann", 4, ["b"])) && !u.equals(null));
assert.equal(u.hashKey(), new User("Ann", 4, ["a"]).hashKey());
assert.notEqual(u.hashKey(), new User("Ann", 4, []).hashKey());
assert.equal(String(u), "User(name=Ann, age=4, tags=a)");
u.age = 9;
assert.equal(u.age, 9);
assert.ok(new UserBuilder().name("Bob").age(1).build().equals(new User("Bob", 1)));
assert.throws(() => new UserBuilder().build(), /name/);
assert.ok(User.fromJSON(JSON.parse(JSON.stringify(u))).equals(u));
assert.throws(() => User.fromJSON({}), TypeError);
const p = new Point(5);
assert.deepEqual([p.x, p.y, p.имя], [5, 2, ""]);
assert.ok(new Derived(3) instanceof Base && new Derived(3).z === 3);
assert.deepEqual(parseOptionsArgs(["--level", "high", "--fast"]), { level: "high", fast: true });
assert.deepEqual(parseOptionsArgs([]), { level: "low", fast: false });
assert.throws(() => parseOptionsArgs(["--nonsense"]));
const source = readFileSync("shop.mjs", "utf8");
for (const part of [" * Price.", " * @param count The count.", ' * @param {string} [label="x"] The label.', " * @returns", " * @throws {RangeError}"])
    assert.ok(source.includes(part), part);
