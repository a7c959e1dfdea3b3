// Keeps the order of keys. A number that C++ would respell stands in it as binary: its text.
using json = nlohmann::ordered_json;

// A value that does not fit; what() names its place.
class misfit : public std::exception {
public:
    misfit(const std::string &expected, const json &value)
        : reason("expected " + expected + ", got " + (value.is_binary() ? "number" : value.type_name())) {}
    explicit misfit(std::string text) : reason(std::move(text)) {}
    const char *what() const noexcept override {
        return full.empty() ? reason.c_str() : full.c_str();
    }
    void inside(const std::string &step) {
        path = step + path;
        full = "$" + path + ": " + reason;
    }

private:
    std::string reason, path, full;
};

// A number as it is spelled: more digits, or another spelling, than a double keeps.
struct exact_number {
    std::string text = "0";
    double to_double() const {
        return std::strtod(text.c_str(), nullptr);
    }
};

// A double that is written without a point where it is whole.
struct number {
    double value = 0;
    operator double() const {
        return value;
    }
};

