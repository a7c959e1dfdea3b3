import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class Driver {
    static void fails(Class<?> type, Runnable body) {
        try {
            body.run();
        } catch (RuntimeException e) {
            assert type.isInstance(e) : e;
            return;
        }
        assert false : "it does not fail";
    }

    static User ann() {
        return new User("Ann", 4, new double[] {1.5}, List.of("a"), true);
    }

    public static void main(String[] args) throws Exception {
        User u = ann();
        assert u.equals(ann()) && u.hashCode() == ann().hashCode() && !u.equals(null);
        assert u.toString().equals("User(name=Ann, age=4, sizes=[1.5], tags=[a], open=true, fixed=3)") : u;
        u.setAge(9);
        assert u.getAge() == 9 && !u.equals(ann()) && u.isOpen() && u.getName().equals("Ann");
        assert User.builder().name("Ann").age(4).sizes(new double[] {1.5}).tags(List.of("a")).open(true).build().equals(ann());
        assert new Box<>(1, "a").equals(new Box<>(1, "a")) && !new Box<>(1, "a").equals(new Box<>(2, "a"));
        Point p = new Point(3, "x");
        assert Point.fromMap(p.toMap()).equals(p) && Point.builder().x(3).label("x").build().equals(p);
        Options o = Options.parse("--level", "x", "--count", "3", "--fast", "--names", "a,b");
        assert o.all().equals("x3true2") : o.all();
        assert Options.fromMap(o.toMap()).all().equals("x3true2");
        fails(IllegalArgumentException.class, () -> Options.parse("--odd"));
        fails(IllegalArgumentException.class, () -> Options.parse("--level"));
        fails(IllegalArgumentException.class, () -> Options.parse("--level", "x"));
        for (Color c : Color.values()) {
            assert Color.parse(c.toString()) == c;
            Shop.paint(c);
        }
        fails(IllegalArgumentException.class, () -> Color.parse("blue"));
        MockStore m = new MockStore();
        m.results.put("load", "x");
        m.save("k", 1, 2);
        assert m.load("k").equals("x") && m.both() == 2 && m.calls.size() == 2 && m.calls.get(1).equals(List.of("load", "k"));
        fails(UnsupportedOperationException.class, () -> new Disk().save("k"));
        String text = Files.readString(Path.of("Shop.java"));
        for (String part : List.of("* Returns the price.\n", "@param count the count", "@return the price", "@throws IOException", "@throws IllegalArgumentException"))
            assert text.contains(part) : part;
        assert Map.of("a", 1).size() == 1;
    }
}
