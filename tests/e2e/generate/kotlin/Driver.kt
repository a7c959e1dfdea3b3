package shop

import java.io.File

fun fails(body: () -> Unit) = try {
    body()
    false
} catch (e: Throwable) {
    e is IllegalArgumentException || e is NotImplementedError
}

fun main() {
    val u = User("Ann", 4, listOf("a"), null)
    check(u == User("Ann", 4, listOf("a"), null) && u.hashCode() == User("Ann", 4, listOf("a"), null).hashCode())
    check(u != User("Ann", 5, listOf("a"), null) && "$u" == "User(name=Ann, age=4, tags=[a], ratio=null)") { "$u" }
    check(UserBuilder().name("Ann").age(4).tags(listOf("a")).build() == u)
    check(UserBuilder().name("Ann").build().age == 3 && fails { UserBuilder().build() })
    check(Late("x").name == "x")
    val o = parseOptions(arrayOf("--level", "x", "--fast", "--names", "a,b", "--limit", "7"))
    check(o == Options("x", 1, true, listOf("a", "b"), 7)) { "$o" }
    check(Options.fromMap(o.toMap()) == o)
    check(fails { parseOptions(arrayOf("--odd")) } && fails { parseOptions(arrayOf("--level")) } && fails { parseOptions(arrayOf()) })
    val m = MockStore()
    m.results["load"] = "x"
    m.save("k", 1)
    check(m.load("k") == "x" && m.both() == 2 && m.calls == listOf(listOf("save", "k", 1), listOf("load", "k")))
    check(fails { Disk().save("k", 1) })
    for (c in Color.values()) {
        check(parseColor(c.toText()) == c)
        paint(c)
    }
    check(fails { parseColor("blue") })
    check(" * Returns the price.\n *\n * @param count the count\n" in File("Shop.kt").readText())
}
