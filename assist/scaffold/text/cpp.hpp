template <typename T> void read(const json &j, std::vector<T> &out);
template <typename T> void read(const json &j, std::map<std::string, T> &out);
template <typename T> void read(const json &j, std::optional<T> &out);
template <typename T> void read(const json &j, std::shared_ptr<T> &out);
template <typename... T> void read(const json &j, std::tuple<T...> &out);
template <typename T> json write(const std::vector<T> &value);
template <typename T> json write(const std::map<std::string, T> &value);
template <typename T> json write(const std::optional<T> &value);
template <typename T> json write(const std::shared_ptr<T> &value);
template <typename... T> json write(const std::tuple<T...> &value);

inline void read(const json &j, json &out) {
    out = j;
}

inline void read(const json &j, bool &out) {
    if (!j.is_boolean())
        throw misfit("boolean", j);
    out = j.get<bool>();
}

inline void read(const json &j, std::string &out) {
    if (!j.is_string())
        throw misfit("string", j);
    out = j.get<std::string>();
}

inline void read(const json &j, std::int64_t &out) {
    if (!j.is_number_integer() || (j.is_number_unsigned() && j.get<std::uint64_t>() > INT64_MAX))
        throw misfit("integer of 64 bits", j);
    out = j.get<std::int64_t>();
}

inline void read(const json &j, std::uint64_t &out) {
    if (!j.is_number_unsigned())
        throw misfit("integer of 64 bits, not negative", j);
    out = j.get<std::uint64_t>();
}

inline void read(const json &j, exact_number &out) {
    if (j.is_binary())
        out.text.assign(j.get_binary().begin(), j.get_binary().end());
    else if (j.is_number())
        out.text = j.dump();
    else
        throw misfit("number", j);
}

inline void read(const json &j, double &out) {
    exact_number text;
    if (j.is_number()) {
        out = j.get<double>();
        return;
    }
    read(j, text);
    out = text.to_double();
}

inline void read(const json &j, number &out) {
    read(j, out.value);
}

inline json write(const json &value) {
    return value;
}

inline json write(bool value) {
    return value;
}

inline json write(const std::string &value) {
    return value;
}

inline json write(std::int64_t value) {
    return value;
}

inline json write(std::uint64_t value) {
    return value;
}

inline json write(double value) {
    return value;
}

inline json write(const exact_number &value) {
    return json::binary(std::vector<std::uint8_t>(value.text.begin(), value.text.end()));
}

inline json write(const number &n) {
    bool whole = n.value >= -9007199254740992.0 && n.value <= 9007199254740992.0 &&
                 n.value == static_cast<double>(static_cast<std::int64_t>(n.value));
    return whole ? json(static_cast<std::int64_t>(n.value)) : json(n.value);
}

template <typename T> void read_at(const json &j, T &out, const std::string &step) {
    try {
        read(j, out);
    } catch (misfit &e) {
        e.inside(step);
        throw;
    }
}

template <typename T> void required(const json &j, const std::string &key, T &out) {
    auto at = j.find(key);
    if (at == j.end())
        throw misfit("the key " + key + " is missing");
    read_at(*at, out, "." + key);
}

template <typename T> void optional(const json &j, const std::string &key, std::optional<T> &out) {
    auto at = j.find(key);
    out.reset();
    if (at != j.end())
        read_at(*at, out.emplace(), "." + key);
}

inline void expect_object(const json &j) {
    if (!j.is_object())
        throw misfit("object", j);
}
@more@

template <typename T> void read(const json &j, std::vector<T> &out) {
    if (!j.is_array())
        throw misfit("array", j);
    out.clear();
    out.reserve(j.size());
    for (const json &item : j) {
        T value{};
        read_at(item, value, "[" + std::to_string(out.size()) + "]");
        out.push_back(std::move(value));
    }
}

template <typename T> void read(const json &j, std::map<std::string, T> &out) {
    expect_object(j);
    out.clear();
    for (const auto &member : j.items())
        read_at(member.value(), out[member.key()], "." + member.key());
}

template <typename T> void read(const json &j, std::optional<T> &out) {
    out.reset();
    if (!j.is_null())
        read(j, out.emplace());
}

template <typename T> void read(const json &j, std::shared_ptr<T> &out) {
    out = std::make_shared<T>();
    read(j, *out);
}

template <typename... T> void read(const json &j, std::tuple<T...> &out) {
    if (!j.is_array() || j.size() != sizeof...(T))
        throw misfit("array of " + std::to_string(sizeof...(T)), j);
    std::apply(
        [&j](T &...items) {
            std::size_t i = 0;
            ((read_at(j[i], items, "[" + std::to_string(i) + "]"), i++), ...);
        },
        out);
}

template <typename T> json write(const std::vector<T> &value) {
    json out = json::array();
    for (const T &item : value)
        out.push_back(write(item));
    return out;
}

template <typename T> json write(const std::map<std::string, T> &value) {
    json out = json::object();
    for (const auto &member : value)
        out[member.first] = write(member.second);
    return out;
}

template <typename T> json write(const std::optional<T> &value) {
    return value ? write(*value) : json(nullptr);
}

template <typename T> json write(const std::shared_ptr<T> &value) {
    return value ? write(*value) : json(nullptr);
}

template <typename... T> json write(const std::tuple<T...> &value) {
    json out = json::array();
    std::apply([&out](const T &...items) { (out.push_back(write(items)), ...); }, value);
    return out;
}

inline std::string shortest(double value) {
    char text[32];
    for (int digits = 15; digits <= 17; digits++) {
        std::snprintf(text, sizeof text, "%.*g", digits, value);
        if (std::strtod(text, nullptr) == value)
            break;
    }
    return std::strpbrk(text, ".eE") ? text : std::string(text) + ".0";
}

inline void write_text(std::string &out, const json &j) {
    const char *separator = "";
    if (j.is_object()) {
        out += '{';
        for (const auto &member : j.items()) {
            out += separator + json(member.key()).dump() + ':';
            write_text(out, member.value());
            separator = ",";
        }
        out += '}';
    } else if (j.is_array()) {
        out += '[';
        for (const json &item : j) {
            out += separator;
            write_text(out, item);
            separator = ",";
        }
        out += ']';
    } else if (j.is_binary()) {
        out.append(j.get_binary().begin(), j.get_binary().end());
    } else {
        out += j.is_number_float() ? shortest(j.get<double>()) : j.dump();
    }
}

// nlohmann's own reader rounds numbers, so the text is read here.
class reader {
public:
    explicit reader(std::string_view whole) : text(whole) {}

    json document() {
        json out = value();
        skip();
        if (at < text.size())
            fail("the end of the text");
        return out;
    }

private:
    std::string_view text;
    std::size_t at = 0;

    [[noreturn]] void fail(const char *expected) const {
        throw misfit("not JSON at byte " + std::to_string(at) + ": expected " + expected);
    }

    void skip() {
        while (at < text.size() && std::strchr(" \t\r\n", text[at]) && text[at])
            at++;
    }

    bool take(char c) {
        skip();
        if (at >= text.size() || text[at] != c)
            return false;
        at++;
        return true;
    }

    json value() {
        if (take('{')) {
            json out = json::object();
            while (!take('}')) {
                if (!out.empty() && !take(','))
                    fail("a comma or }");
                skip();
                std::string key = string();
                if (!take(':'))
                    fail("a colon");
                out[key] = value();
            }
            return out;
        }
        if (take('[')) {
            json out = json::array();
            while (!take(']')) {
                if (!out.empty() && !take(','))
                    fail("a comma or ]");
                out.push_back(value());
            }
            return out;
        }
        if (at < text.size() && text[at] == '"')
            return string();
        if (text.substr(at, 4) == "true")
            return at += 4, json(true);
        if (text.substr(at, 5) == "false")
            return at += 5, json(false);
        if (text.substr(at, 4) == "null")
            return at += 4, json(nullptr);
        return number_at();
    }

    bool digits() {
        std::size_t begin = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9')
            at++;
        return at > begin;
    }

    json number_at() {
        std::size_t begin = at;
        if (at < text.size() && text[at] == '-')
            at++;
        bool zero = at < text.size() && text[at] == '0';
        if (!digits() || (zero && text[at - 1] != '0'))
            fail("a value");
        bool whole = true;
        if (at < text.size() && text[at] == '.') {
            whole = false;
            at++;
            if (!digits())
                fail("a digit");
        }
        if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
            whole = false;
            at++;
            if (at < text.size() && (text[at] == '+' || text[at] == '-'))
                at++;
            if (!digits())
                fail("a digit");
        }
        std::string spelled(text.substr(begin, at - begin));
        json out;
        if (whole && spelled[0] == '-')
            out = static_cast<std::int64_t>(std::strtoll(spelled.c_str(), nullptr, 10));
        else if (whole)
            out = static_cast<std::uint64_t>(std::strtoull(spelled.c_str(), nullptr, 10));
        else
            out = std::strtod(spelled.c_str(), nullptr);
        std::string again = whole ? out.dump() : shortest(out.get<double>());
        return again == spelled ? out : write(exact_number{spelled});
    }

    unsigned hex() {
        if (text.size() - at < 4 || text.substr(at, 4).find_first_not_of("0123456789abcdefABCDEF") < 4)
            fail("four hex digits");
        unsigned code = static_cast<unsigned>(std::strtoul(std::string(text.substr(at, 4)).c_str(), nullptr, 16));
        at += 4;
        return code;
    }

    std::string string() {
        std::string out;
        if (at >= text.size() || text[at] != '"')
            fail("a string");
        for (at++; at < text.size() && text[at] != '"';) {
            char c = text[at++];
            if (c != '\\') {
                out += c;
                continue;
            }
            char name = at < text.size() ? text[at++] : '\0';
            static const char names[] = "\"\\/bfnrt";
            const char *plain = std::strchr(names, name);
            if (name == 'u')
                append(out, hex());
            else if (name && plain)
                out += "\"\\/\b\f\n\r\t"[plain - names];
            else
                fail("an escape");
        }
        if (at >= text.size())
            fail("the end of the string");
        at++;
        return out;
    }

    // Half a surrogate pair becomes the replacement character.
    void append(std::string &out, unsigned code) {
        if (code >= 0xD800 && code < 0xDC00 && text.substr(at, 2) == "\\u") {
            std::size_t before = at;
            at += 2;
            unsigned low = hex();
            if (low >= 0xDC00 && low < 0xE000)
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            else
                at = before;
        }
        if (code >= 0xD800 && code < 0xE000)
            code = 0xFFFD;
        if (code < 0x80) {
            out += static_cast<char>(code);
            return;
        }
        int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
        static const unsigned head[] = {0, 0xC0, 0xE0, 0xF0};
        out += static_cast<char>(head[more] | code >> (6 * more));
        while (more-- > 0)
            out += static_cast<char>(0x80 | (code >> (6 * more) & 0x3F));
    }
};

