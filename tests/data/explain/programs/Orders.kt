package shop.orders

import java.time.Instant
import kotlin.math.max

data class Order(val id: Long, val total: Double, val note: String? = null)

sealed interface Outcome {
    data class Paid(val at: Instant) : Outcome
    object Refused : Outcome
}

class Till(private val rate: Double = 0.19) {
    private val seen = mutableMapOf<Long, Order>()

    val count: Int
        get() = seen.size

    fun pay(order: Order): Outcome {
        if (order.id in seen) return Outcome.Refused
        seen[order.id] = order
        val gross = max(order.total * (1 + rate), 0.0)
        println("order ${order.id}: $gross ${order.note?.trim() ?: "-"}")
        return Outcome.Paid(Instant.now())
    }

    companion object {
        const val LIMIT = 100
    }
}

fun List<Order>.large(limit: Double = 50.0) = filter { it.total > limit }.sortedBy { it.total }

suspend fun main() {
    val orders = listOf(Order(1, 20.0), Order(2, 80.5, note = " gift "))
    val till = Till()
    for ((index, order) in orders.withIndex()) {
        when (val result = till.pay(order)) {
            is Outcome.Paid -> println("$index paid at ${result.at}")
            Outcome.Refused -> continue
        }
    }
    val first = orders.large().firstOrNull()!!
    check(first.id == 2L) { "wrong order" }
}
