// From users.json. Needs com.fasterxml.jackson.core:jackson-databind.
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public final class UsersJson {
    private UsersJson() {}

    public record UserPage(
        List<User> data,
        /** e.g. abc */
        Field<String> nextCursor,
        /** e.g. 4 */
        long total
    ) implements Json {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public static UserPage fromJson(Object value) {
            return fromJson(value, "$");
        }

        static UserPage fromJson(Object value, String path) {
            Map<String, Object> o = Read.object(value, path);
            return new UserPage(
                Read.required(o, "data", path, Read.list(User::fromJson)),
                Read.field(o, "next_cursor", path, Read.orNull(Read::text)),
                Read.required(o, "total", path, Read::integer)
            );
        }

        @Override
        @JsonValue
        public Object toJson() {
            Map<String, Object> out = new LinkedHashMap<>();
            out.put("data", Read.tree(this.data));
            if (this.nextCursor != null) {
                out.put("next_cursor", Read.tree(this.nextCursor.value()));
            }
            out.put("total", Read.tree(this.total));
            return out;
        }
    }

    public record User(
        /** e.g. 1 */
        long id,
        /** e.g. Ada */
        String name,
        /** email; e.g. ada@example.com */
        String email,
        Role role,
        /** date-time; e.g. 2024-03-02T08:30:00Z */
        String createdAt,
        /** date; e.g. 2024-03-02 */
        String day,
        /** uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301 */
        String uuid,
        /** decimal; e.g. 12.50 */
        String balance,
        boolean active,
        Address address,
        List<String> tags
    ) implements Json {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public static User fromJson(Object value) {
            return fromJson(value, "$");
        }

        static User fromJson(Object value, String path) {
            Map<String, Object> o = Read.object(value, path);
            return new User(
                Read.required(o, "id", path, Read::integer),
                Read.required(o, "name", path, Read::text),
                Read.required(o, "email", path, Read::text),
                Read.required(o, "role", path, Role::fromJson),
                Read.required(o, "created_at", path, Read::text),
                Read.required(o, "day", path, Read::text),
                Read.required(o, "uuid", path, Read::text),
                Read.required(o, "balance", path, Read::text),
                Read.required(o, "active", path, Read::bool),
                Read.required(o, "address", path, Address::fromJson),
                Read.required(o, "tags", path, Read.list(Read::text))
            );
        }

        @Override
        @JsonValue
        public Object toJson() {
            Map<String, Object> out = new LinkedHashMap<>();
            out.put("id", Read.tree(this.id));
            out.put("name", Read.tree(this.name));
            out.put("email", Read.tree(this.email));
            out.put("role", Read.tree(this.role));
            out.put("created_at", Read.tree(this.createdAt));
            out.put("day", Read.tree(this.day));
            out.put("uuid", Read.tree(this.uuid));
            out.put("balance", Read.tree(this.balance));
            out.put("active", Read.tree(this.active));
            out.put("address", Read.tree(this.address));
            out.put("tags", Read.tree(this.tags));
            return out;
        }
    }

    /** Open: other values are kept as they are. */
    public record Role(String value) implements Json {
        @Override
        @JsonValue
        public Object toJson() {
            return Read.tree(value);
        }

        public static final Role ADMIN = new Role("admin");
        public static final Role USER = new Role("user");

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public static Role fromJson(Object value) {
            return fromJson(value, "$");
        }

        static Role fromJson(Object value, String path) {
            return new Role(Read.text(value, path));
        }
    }

    public record Address(
        /** e.g. 1 Main */
        String street,
        /** e.g. Oslo */
        String city,
        /** e.g. 0150 */
        String zip
    ) implements Json {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public static Address fromJson(Object value) {
            return fromJson(value, "$");
        }

        static Address fromJson(Object value, String path) {
            Map<String, Object> o = Read.object(value, path);
            return new Address(
                Read.required(o, "street", path, Read::text),
                Read.required(o, "city", path, Read::text),
                Read.required(o, "zip", path, Read::text)
            );
        }

        @Override
        @JsonValue
        public Object toJson() {
            Map<String, Object> out = new LinkedHashMap<>();
            out.put("street", Read.tree(this.street));
            out.put("city", Read.tree(this.city));
            out.put("zip", Read.tree(this.zip));
            return out;
        }
    }

    /** Reads and checks; the exception names the path, or the place in the text. */
    public static UserPage parse(String text) {
        try (JsonParser in = new JsonFactory().createParser(text)) {
            if (in.nextToken() == null) {
                throw new IllegalArgumentException("there is no JSON in the text");
            }
            Object tree = Read.next(in);
            if (in.nextToken() != null) {
                throw new IllegalArgumentException("there is text after the value");
            }
            Reader<UserPage> read = UserPage::fromJson;
            return read.read(tree, "$");
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    public static String serialize(UserPage value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            Read.write(out, Read.tree(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** What every generated type is: it has a tree of maps, lists, strings, numbers and booleans. */
    public interface Json {
        Object toJson();
    }

    /** A key that may be absent or null: the field itself is null when the key is absent. */
    public record Field<T>(T value) {}

    /** A number as it is spelled: more digits, or another spelling, than Java's own types keep. */
    public static final class ExactNumber extends Number {
        private static final long serialVersionUID = 1;
        private final String text;

        public ExactNumber(String text) {
            this.text = text;
        }

        @Override
        public int intValue() {
            return (int) doubleValue();
        }

        @Override
        public long longValue() {
            return new BigDecimal(text).longValue();
        }

        @Override
        public float floatValue() {
            return Float.parseFloat(text);
        }

        @Override
        public double doubleValue() {
            return Double.parseDouble(text);
        }

        @Override
        public String toString() {
            return text;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof ExactNumber number && number.text.equals(text);
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }
    }

    /** Takes a value from a tree, or says at which path it does not fit. */
    private interface Reader<T> {
        T read(Object value, String path);
    }

    /** The readers that fromJson is made of, and the way back. */
    private static final class Read {
        static IllegalArgumentException misfit(String path, String expected, Object value) {
            String got = value == null ? "null" : value instanceof Map ? "an object"
                : value instanceof List ? "an array" : value instanceof String ? "a string" : value.toString();
            return new IllegalArgumentException(path + ": expected " + expected + ", got " + got);
        }

        static Object any(Object value, String path) {
            return value;
        }

        static Boolean bool(Object value, String path) {
            if (value instanceof Boolean b) {
                return b;
            }
            throw misfit(path, "a boolean", value);
        }

        static String text(Object value, String path) {
            if (value instanceof String s) {
                return s;
            }
            throw misfit(path, "a string", value);
        }

        private static String digits(Object value, String path, String expected, String pattern) {
            if (value instanceof Number && value.toString().matches(pattern)) {
                return value.toString();
            }
            throw misfit(path, expected, value);
        }

        static Long integer(Object value, String path) {
            try {
                return Long.valueOf(digits(value, path, "an integer", "-?[0-9]+"));
            } catch (NumberFormatException e) {
                throw misfit(path, "an integer of 64 bits", value);
            }
        }

        static BigInteger big(Object value, String path) {
            return new BigInteger(digits(value, path, "an integer", "-?[0-9]+"));
        }

        static Double real(Object value, String path) {
            return Double.valueOf(digits(value, path, "a number", ".*"));
        }

        static BigDecimal decimal(Object value, String path) {
            return new BigDecimal(digits(value, path, "a number", ".*"));
        }

        static ExactNumber exact(Object value, String path) {
            return new ExactNumber(digits(value, path, "a number", ".*"));
        }

        static <T> Reader<T> orNull(Reader<T> read) {
            return (value, path) -> value == null ? null : read.read(value, path);
        }

        static <T> Reader<List<T>> list(Reader<T> read) {
            return (value, path) -> {
                if (!(value instanceof List<?> items)) {
                    throw misfit(path, "an array", value);
                }
                List<T> out = new ArrayList<>(items.size());
                for (Object item : items) {
                    out.add(read.read(item, path + "[" + out.size() + "]"));
                }
                return out;
            };
        }

        static Reader<List<Object>> tuple(Reader<?>... reads) {
            return (value, path) -> {
                if (!(value instanceof List<?> items) || items.size() != reads.length) {
                    throw misfit(path, "an array of " + reads.length, value);
                }
                List<Object> out = new ArrayList<>(reads.length);
                for (Object item : items) {
                    out.add(reads[out.size()].read(item, path + "[" + out.size() + "]"));
                }
                return out;
            };
        }

        static <T> Reader<Map<String, T>> map(Reader<T> read) {
            return (value, path) -> {
                Map<String, T> out = new LinkedHashMap<>();
                object(value, path).forEach((key, item) -> out.put(key, read.read(item, path + "." + key)));
                return out;
            };
        }

        static Map<String, Object> object(Object value, String path) {
            if (!(value instanceof Map<?, ?> members)) {
                throw misfit(path, "an object", value);
            }
            Map<String, Object> out = new LinkedHashMap<>();
            members.forEach((key, item) -> out.put(String.valueOf(key), item));
            return out;
        }

        static <T> T required(Map<String, Object> object, String key, String path, Reader<T> read) {
            if (!object.containsKey(key)) {
                throw new IllegalArgumentException(path + ": the key " + key + " is missing");
            }
            return read.read(object.get(key), path + "." + key);
        }

        static <T> T optional(Map<String, Object> object, String key, String path, Reader<T> read) {
            return object.containsKey(key) ? read.read(object.get(key), path + "." + key) : null;
        }

        static <T> Field<T> field(Map<String, Object> object, String key, String path, Reader<T> read) {
            return object.containsKey(key) ? new Field<>(read.read(object.get(key), path + "." + key)) : null;
        }

        static Object tree(Object value) {
            if (value instanceof Json json) {
                return json.toJson();
            }
            if (value instanceof List<?> items) {
                List<Object> out = new ArrayList<>(items.size());
                items.forEach(item -> out.add(tree(item)));
                return out;
            }
            if (value instanceof Map<?, ?> members) {
                Map<String, Object> out = new LinkedHashMap<>();
                members.forEach((key, item) -> out.put(String.valueOf(key), tree(item)));
                return out;
            }
            return value;
        }

        static Object next(JsonParser in) throws IOException {
            switch (in.currentToken()) {
                case START_OBJECT: {
                    Map<String, Object> out = new LinkedHashMap<>();
                    while (in.nextToken() != JsonToken.END_OBJECT) {
                        String key = in.getCurrentName();
                        in.nextToken();
                        out.put(key, next(in));
                    }
                    return out;
                }
                case START_ARRAY: {
                    List<Object> out = new ArrayList<>();
                    while (in.nextToken() != JsonToken.END_ARRAY) {
                        out.add(next(in));
                    }
                    return out;
                }
                case VALUE_TRUE:
                    return true;
                case VALUE_FALSE:
                    return false;
                case VALUE_NULL:
                    return null;
                case VALUE_STRING:
                    return in.getText();
                default:
                    return new ExactNumber(in.getText());
            }
        }

        static void write(JsonGenerator out, Object value) throws IOException {
            if (value == null) {
                out.writeNull();
            } else if (value instanceof Map<?, ?> members) {
                out.writeStartObject();
                for (Map.Entry<?, ?> member : members.entrySet()) {
                    out.writeFieldName(String.valueOf(member.getKey()));
                    write(out, member.getValue());
                }
                out.writeEndObject();
            } else if (value instanceof List<?> items) {
                out.writeStartArray();
                for (Object item : items) {
                    write(out, item);
                }
                out.writeEndArray();
            } else if (value instanceof Boolean b) {
                out.writeBoolean(b);
            } else if (value instanceof Double d) {
                // Java prints more digits than needed for some numbers, and exponents from 1e7 on.
                String text = new BigDecimal(shortest(d)).toPlainString();
                out.writeNumber(text.contains(".") ? text : text + ".0");
            } else if (value instanceof BigDecimal d) {
                out.writeNumber(d.toPlainString());
            } else if (value instanceof Number) {
                out.writeNumber(value.toString());
            } else {
                out.writeString(value.toString());
            }
        }

        private static String shortest(double value) {
            for (int digits = 15; digits < 17; digits++) {
                String text = new BigDecimal(value).round(new MathContext(digits)).stripTrailingZeros().toString();
                if (Double.parseDouble(text) == value) {
                    return text;
                }
            }
            return new BigDecimal(value).round(new MathContext(17)).toString();
        }
    }
}
