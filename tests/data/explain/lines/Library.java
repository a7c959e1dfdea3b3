package org.example.library;

import static java.util.stream.Collectors.groupingBy;

import java.io.*;
import java.nio.file.Path;
import java.util.*;
import java.util.function.Predicate;

/** Lends books. */
public final class Library implements AutoCloseable, Iterable<Library.Book> {
    public sealed interface Medium permits Book, Film {}
    public record Book(String title, int pages, Optional<String> isbn) implements Medium {
        public Book {
            if (pages <= 0) throw new IllegalArgumentException("no pages: " + pages);
        }
    }
    record Film(String title) implements Medium {}
    enum State { IN, OUT { @Override boolean free() { return false; } }; boolean free() { return true; } }

    private static final int MAX = 1_000;
    private final Map<String, List<Book>> shelves = new TreeMap<>(Comparator.reverseOrder());
    private transient volatile long changes;

    static { System.out.println("loaded"); }

    public Library(Book... books) {
        this(List.of(books));
    }

    private Library(Collection<? extends Book> books) {
        for (var book : books) shelves.computeIfAbsent(book.title(), k -> new ArrayList<>()).add(book);
    }

    public <T extends Comparable<? super T>> T largest(List<T> items, T other) {
        T best = other;
        for (int i = 0, n = items.size(); i < n; i++)
            best = items.get(i).compareTo(best) > 0 ? items.get(i) : best;
        return best;
    }

    static String describe(Object o) {
        return switch (o) {
            case Book(String t, int p, var isbn) when p > 500 -> t + " is long";
            case Book b -> b.title().toUpperCase();
            case Integer i -> { int twice = i << 1; yield "number " + twice; }
            case null, default -> o instanceof Film f && !f.title().isBlank() ? f.title() : "?";
        };
    }

    public int read(Path file) throws IOException {
        int total = 0;
        lines:
        try (var in = new BufferedReader(new FileReader(file.toFile()))) {
            String line;
            while ((line = in.readLine()) != null) {
                if (line.isEmpty()) break lines;
                total += line.length() >>> 1;
            }
        } catch (FileNotFoundException | SecurityException e) {
            System.err.printf("%s: %s%n", file, e.getMessage());
        } finally {
            synchronized (this) { changes++; }
        }
        return total;
    }

    @Override
    public Iterator<Book> iterator() {
        Predicate<Book> kept = b -> b.pages() < MAX;
        return shelves.values().stream().flatMap(List::stream).filter(kept.negate()).iterator();
    }

    @Override public void close() { shelves.clear(); assert changes >= 0 : "counted wrongly"; }
}
