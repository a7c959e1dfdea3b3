import java.io.IOException;
import java.util.List;

class User {
    private final String name;
    private int age;
    private double[] sizes;
    private List<String> tags;
    private boolean open;
    static int count = 0;
    private final int fixed = 3;
}

class Box<T, U> {
    private T value;
    private U other;
}

record Point(int x, String label) {
}

class Options {
    private final String level;
    private final int count;
    private final boolean fast;
    private final String[] names;

    Options(String level, int count, boolean fast, String[] names) {
        this.level = level;
        this.count = count;
        this.fast = fast;
        this.names = names;
    }

    String all() {
        return level + count + fast + names.length;
    }
}

enum Color {
    RED, GREEN;
}

interface Store {
    String load(String key) throws IOException;

    void save(String key, int... values);

    default int both() {
        return 2;
    }
}

class Disk implements Store {
}

class Shop {
    static int price(int count, String label, Color color) throws IOException {
        if (count < -1000) {
            throw new IllegalArgumentException("count");
        }
        return count;
    }

    static void paint(Color color) {
    }
}
