#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace shop {

enum class Color { Red, Green };

class User {
    std::string name_;
    int age_;
    std::vector<std::string> tags_;
    std::optional<double> ratio_;
    const std::string id_;
};

struct Key {
    std::string name;
    int number;
};

template <typename T> class Box {
public:
    explicit Box(T value) : value_(value) {}

private:
    T value_;
};

struct Options {
    std::string level;
    int count = 0;
    bool fast = false;
    std::vector<std::string> names;
    std::optional<int> limit;
};

class Store {
public:
    virtual ~Store() = default;
    virtual std::string load(const std::string &key) const = 0;
    virtual void save(const std::string &key, int value) = 0;
};

class Disk : public Store {
};

inline int price(int count, const std::string &label, Color color, std::vector<int> parts = {})
{
    if (count < -1000)
        throw std::string("count");
    return count + static_cast<int>(label.size()) + static_cast<int>(color) + static_cast<int>(parts.size());
}

inline int paint(Color color)
{
    return static_cast<int>(color);
}

} // namespace shop
