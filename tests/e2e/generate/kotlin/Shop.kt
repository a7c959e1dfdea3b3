package shop

enum class Color { RED, GREEN }

class User(val name: String, var age: Int = 3, private val tags: List<String> = listOf(), val ratio: Double?)

class Late {
    val name: String
    var size: Int = 2
}

data class Options(val level: String, val count: Int = 1, val fast: Boolean, val names: List<String>, val limit: Int?)

interface Store {
    fun load(key: String): String
    fun save(key: String, value: Int)
    fun both(): Int = 2
}

class Disk : Store

fun price(count: Int, label: String, color: Color): Int {
    if (count < -1000) throw IllegalArgumentException("count")
    return count + label.length + color.ordinal
}

fun paint(color: Color) {
}
