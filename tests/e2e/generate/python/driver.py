import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import shop
from shop import Color, Disk, MockStore, Plain, Point, User, UserBuilder

u = User("Ann", tags=["a"])
assert (u.name, u.age, u.tags, u._secret) == ("Ann", 3, ["a"], None)
assert User("x").tags is not User("x").tags, "defaults are not shared"
assert u == User("Ann", 3, ["a"]) and u != User("Ann", 4, ["a"]) and u != "Ann"
assert hash(u) == hash(User("Ann", 3, ["a"])) and len({u, User("Ann", 3, ["a"])}) == 1
assert repr(u) == "User(name='Ann', age=3, tags=['a'], secret=None)"
u.secret = "s"
assert u.secret == "s" and u._secret == "s"
built = UserBuilder().name("Bob").age(7).build()
assert built == User("Bob", 7)
try:
    UserBuilder().build()
    raise SystemExit("a name is needed")
except ValueError as e:
    assert "name" in str(e)

p = Point(1, 2.5, {"b", "a"}, True)
assert p.to_dict() == {"x": 1, "y": 2.5, "names": ["a", "b"], "open": True}
assert Point.from_dict(p.to_dict()) == p and Point.from_dict({"x": 4}) == Point(4)
try:
    Point.from_dict({})
    raise SystemExit("x is needed")
except ValueError:
    pass
a = shop.parse_point(["--x", "4", "--y", "1.5", "--names", "q", "--open"])
assert (a.x, a.y, list(a.names), a.open) == (4, 1.5, ["q"], True)
db = sqlite3.connect(":memory:")
create, insert = Path("point.sql").read_text().split(";")[:2]
db.execute(create)
db.execute(insert, (1, 2.5, "[]", True))
assert db.execute("SELECT x, y, names, open FROM point").fetchall() == [(1, 2.5, "[]", 1)]

job = shop.JobBuilder().code(3).build()
assert (job.code, job.key, job.total) == (3, "k", 0) and shop.Job.from_dict(job.to_dict()).code == 3
assert shop.parse_job(["--code", "4"]).key == "k" and shop.parse_batch(["--size", "1"]).items == []
assert shop.parse_batch(["--size", "1", "--items", "2"]).items == [2]
assert Plain(1) == Plain(1, 2) and Plain(1) != Plain(2) and repr(Plain(1)) == "Plain(a=1, b=2)"
assert str(Color.RED) == "red" and Color.parse(" Green ") is Color.GREEN and Color.parse("класс") is Color.класс
try:
    Color.parse("blue")
    raise SystemExit("blue is none")
except ValueError as e:
    assert "red, green" in str(e)
m = MockStore(load=b"x")
assert m.both() == (b"x", 2) and m.calls == [("load", "a")]
try:
    Disk().save("k")
    raise SystemExit("it is not written")
except NotImplementedError as e:
    assert "Disk.save" in str(e)
for c in Color:
    shop.paint(c)
try:
    shop.paint("none")
    raise SystemExit("no color")
except ValueError:
    pass
doc = shop.price.__doc__
for part in ("Args:", "count (int): The count.", "Defaults to 0.0", "Returns:\n", "Raises:\n", "ValueError:"):
    assert part in doc, doc
assert re.match(r"Return the price\.\n", doc)
assert subprocess.run([sys.executable, "shop.py"]).returncode == 0
