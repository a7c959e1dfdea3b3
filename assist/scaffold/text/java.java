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
    }@more@

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

    static Object tree(Object value) {@own@
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
