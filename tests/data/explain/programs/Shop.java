import java.util.*;

sealed interface Item permits Book, Toy {}
record Book(String title, int cents) implements Item {}
record Toy(String name) implements Item {}

class Shop {
    private static final Map<String, Integer> prices = new HashMap<>();

    static <T extends Item> int total(List<? super T> items) throws java.io.IOException {
        int sum = 0;
        for (Object o : items) {
            sum += switch (o) {
                case Book b -> b.cents();
                default -> prices.getOrDefault(o.toString(), 0);
            };
        }
        return items.isEmpty() ? -1 : sum >>> 1;
    }
}
