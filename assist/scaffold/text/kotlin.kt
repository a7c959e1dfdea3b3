/** What every generated type is: it has a tree of maps, lists, strings, numbers and booleans. */
interface Json {
    fun toJson(): Any?
}

/** A key that may be absent or null: the field itself is null when the key is absent. */
data class Field<T>(val value: T?)

/** A number as it is spelled: more digits, or another spelling, than Kotlin's own types keep. */
data class ExactNumber(val text: String) {
    fun toDouble(): Double = text.toDouble()

    override fun toString(): String = text
}

/** The readers that fromJson is made of, and the way back. */
private object Read {
    fun misfit(path: String, expected: String, value: Any?): Nothing {
        val got = when (value) {
            is Map<*, *> -> "an object"
            is List<*> -> "an array"
            is String -> "a string"
            else -> value.toString()
        }
        throw IllegalArgumentException("$path: expected $expected, got $got")
    }

    fun any(value: Any?, @Suppress("UNUSED_PARAMETER") path: String): Any? = value

    fun bool(value: Any?, path: String): Boolean = value as? Boolean ?: misfit(path, "a boolean", value)

    fun text(value: Any?, path: String): String = value as? String ?: misfit(path, "a string", value)

    fun exact(value: Any?, path: String): ExactNumber = value as? ExactNumber ?: misfit(path, "a number", value)

    fun big(value: Any?, path: String): BigInteger =
        exact(value, path).text.toBigIntegerOrNull() ?: misfit(path, "an integer", value)

    fun integer(value: Any?, path: String): Long =
        exact(value, path).text.toLongOrNull() ?: misfit(path, "an integer of 64 bits", value)

    fun real(value: Any?, path: String): Double = exact(value, path).toDouble()

    fun decimal(value: Any?, path: String): BigDecimal = BigDecimal(exact(value, path).text)

    fun <T> orNull(read: (Any?, String) -> T): (Any?, String) -> T? =
        { value, path -> if (value == null) null else read(value, path) }

    fun <T> list(read: (Any?, String) -> T): (Any?, String) -> List<T> = { value, path ->
        if (value !is List<*>) misfit(path, "an array", value)
        value.mapIndexed { i, item -> read(item, "$path[$i]") }
    }

    fun tuple(vararg reads: (Any?, String) -> Any?): (Any?, String) -> List<Any?> = { value, path ->
        if (value !is List<*> || value.size != reads.size) misfit(path, "an array of ${reads.size}", value)
        value.mapIndexed { i, item -> reads[i](item, "$path[$i]") }
    }

    fun <T> map(read: (Any?, String) -> T): (Any?, String) -> Map<String, T> =
        { value, path -> value(value, path).mapValues { (key, item) -> read(item, "$path.$key") } }

    /** The members of an object. */
    fun value(value: Any?, path: String): Map<String, Any?> {
        if (value !is Map<*, *>) misfit(path, "an object", value)
        return value.entries.associate { (key, item) -> key.toString() to item }
    }@more@

    fun <T> required(value: Map<String, Any?>, key: String, path: String, read: (Any?, String) -> T): T {
        if (!value.containsKey(key)) throw IllegalArgumentException("$path: the key $key is missing")
        return read(value[key], "$path.$key")
    }

    fun <T> optional(value: Map<String, Any?>, key: String, path: String, read: (Any?, String) -> T): T? =
        if (value.containsKey(key)) read(value[key], "$path.$key") else null

    fun <T> field(value: Map<String, Any?>, key: String, path: String, read: (Any?, String) -> T?): Field<T>? =
        if (value.containsKey(key)) Field(read(value[key], "$path.$key")) else null

    fun tree(value: Any?): Any? = when (value) {
        is Json -> value.toJson()@own@
        is List<*> -> value.map { tree(it) }
        is Map<*, *> -> value.mapValues { tree(it.value) }
        else -> value
    }

    fun write(out: StringBuilder, value: Any?) {
        when (value) {
            is Map<*, *> -> {
                var separator = "{"
                for ((key, item) in value) {
                    out.append(separator)
                    quote(out, key.toString())
                    out.append(':')
                    write(out, item)
                    separator = ","
                }
                out.append(if (value.isEmpty()) "{}" else "}")
            }
            is List<*> -> {
                out.append('[')
                value.forEachIndexed { i, item ->
                    if (i > 0) out.append(',')
                    write(out, item)
                }
                out.append(']')
            }
            is String -> quote(out, value)
            is BigDecimal -> out.append(value.toPlainString())
            is Double -> {
                // The JVM prints more digits than needed for some numbers, and exponents from 1e7 on.
                val text = BigDecimal(shortest(value)).toPlainString()
                out.append(if ('.' in text) text else "$text.0")
            }
            else -> out.append(value.toString())
        }
    }

    private fun shortest(value: Double): String =
        (15..17).map { BigDecimal(value).round(MathContext(it)).stripTrailingZeros().toString() }
            .first { it.toDouble() == value }

    private fun quote(out: StringBuilder, text: String) {
        out.append('"')
        for (c in text) {
            when {
                c == '"' || c == '\\' -> out.append('\\').append(c)
                c < ' ' -> out.append(String.format("\\u%04x", c.toInt()))
                else -> out.append(c)
            }
        }
        out.append('"')
    }
}

/** Reads JSON into a tree; numbers keep their text. */
private class Parser(private val text: String) {
    private var at = 0

    fun document(): Any? {
        val out = value()
        skip()
        if (at < text.length) fail("the end of the text")
        return out
    }

    private fun fail(expected: String): Nothing =
        throw IllegalArgumentException("not JSON at offset $at: expected $expected")

    private fun skip() {
        while (at < text.length && text[at] in " \t\r\n") at++
    }

    private fun take(c: Char): Boolean {
        skip()
        if (at >= text.length || text[at] != c) return false
        at++
        return true
    }

    private fun value(): Any? {
        skip()
        when (if (at < text.length) text[at] else fail("a value")) {
            '{' -> {
                val out = LinkedHashMap<String, Any?>()
                at++
                if (take('}')) return out
                do {
                    skip()
                    val key = string()
                    if (!take(':')) fail("a colon")
                    out[key] = value()
                } while (take(','))
                return if (take('}')) out else fail("a comma or }")
            }
            '[' -> {
                val out = ArrayList<Any?>()
                at++
                if (take(']')) return out
                do out.add(value()) while (take(','))
                return if (take(']')) out else fail("a comma or ]")
            }
            '"' -> return string()
        }
        val token = NUMBER.find(text, at)?.takeIf { it.range.first == at }?.value ?: fail("a value")
        at += token.length
        return when (token) {
            "true" -> true
            "false" -> false
            "null" -> null
            else -> ExactNumber(token)
        }
    }

    private fun string(): String {
        if (at >= text.length || text[at] != '"') fail("a string")
        val out = StringBuilder()
        at++
        while (true) {
            val c = if (at < text.length) text[at++] else fail("the end of the string")
            if (c == '"') return out.toString()
            out.append(if (c == '\\') escape() else c)
        }
    }

    private fun escape(): Char {
        val c = if (at < text.length) text[at++] else fail("an escape")
        if (c == 'u') {
            val code = text.substring(at, minOf(at + 4, text.length)).toIntOrNull(16) ?: fail("four hex digits")
            at += 4
            return code.toChar()
        }
        val i = "\"\\/bfnrt".indexOf(c)
        return if (i >= 0) "\"\\/\b\u000c\n\r\t"[i] else fail("an escape")
    }

    private companion object {
        val NUMBER = Regex("true|false|null|-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
    }
}
