import assert from "node:assert/strict";
import { Box, BoxBuilder, Color, Disk, LEVEL_VALUES, MockStore, Options, Size, User, UserBuilder, colorToString, equalOptions, paint, parseColor, parseLevel, parseOptionsArgs, rise, sizeToString, parseSize } from "./shop.js";

const u = new User("Ann", ["a"], "nick", 4);
assert.ok(u.equals(new User("Ann", ["a"], "nick", 4)));
assert.ok(!u.equals(new User("Ann", ["b"], "nick", 4)) && !u.equals("Ann") && !u.equals(new User("Ann", ["a"])));
assert.equal(u.hashKey(), new User("Ann", ["a"], "nick", 4).hashKey());
assert.equal(String(u), "User(name=Ann, age=4, tags=a, nick=nick)");
u.setAge(8);
assert.equal(u.getAge(), 8);
assert.ok(new UserBuilder().name("Bob").tags([]).build().equals(new User("Bob", [])));
assert.throws(() => new UserBuilder().build(), /name/);
assert.ok(User.fromJSON(JSON.parse(JSON.stringify(u))).equals(u));
assert.throws(() => User.fromJSON({}), TypeError);
const box = new Box<number>(3);
box.value = 4;
assert.equal(box.value, 4);
assert.ok(box.equals(new BoxBuilder<number>().value(4).build()));
const o: Options = parseOptionsArgs(["--level", "x", "--ratio", "2", "--names", "a", "--names", "b"]);
assert.deepEqual(o, { level: "x", fast: false, ratio: 2, names: ["a", "b"] });
assert.ok(equalOptions(o, { ...o, names: ["a", "b"] }) && !equalOptions(o, { ...o, names: [] }));
assert.throws(() => parseOptionsArgs([]), /level/);
for (const c of [Color.Red, Color.Green]) { assert.equal(parseColor(colorToString(c)), c); paint(c); }
for (const s of [Size.Small, Size.Large]) assert.equal(parseSize(sizeToString(s)), s);
assert.throws(() => parseColor("blue"), RangeError);
assert.throws(() => paint("blue" as Color), RangeError);
for (const l of LEVEL_VALUES) { assert.equal(parseLevel(l), l); rise(l); }
assert.throws(() => parseLevel("odd"), RangeError);
const m = new MockStore({ load: Promise.resolve("x") });
m.save("k", 1, 2);
assert.equal(await m.load("k"), "x");
assert.deepEqual(m.calls, [["save", "k", 1, 2], ["load", "k"]]);
assert.throws(() => new Disk().save("k"), /Disk.save/);
