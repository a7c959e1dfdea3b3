#include <memory>
#include <mutex>
#include <vector>

namespace shop {

template <typename T, std::size_t N = 16>
class Queue final {
public:
    explicit Queue(std::string name) : name_{std::move(name)} {}
    Queue(const Queue &) = delete;
    Queue &operator=(Queue &&other) noexcept = default;
    virtual ~Queue() = default;

    template <class... Args>
    void emplace(Args &&...args)
    {
        std::lock_guard<std::mutex> lock(mutex_);
        items_.emplace_back(std::forward<Args>(args)...);
    }

    [[nodiscard]] auto size() const -> std::size_t { return items_.size(); }

private:
    mutable std::mutex mutex_;
    std::vector<T> items_;
    static constexpr int limit = N * 2;
    std::string name_;
};

enum class Kind : unsigned char { Small = 1, Large };

} // namespace shop

int main(int argc, char *argv[])
{
    using shop::Queue;
    auto owner = std::make_unique<Queue<int>>("orders");
    int sum = 0;
    for (const auto &[key, value] : table())
        sum += value;
    auto add = [&sum, n = 2](int x) mutable -> int { return sum += x * n++; };
    owner->emplace(add(argc > 1 ? argc : 0));
    if (auto *raw = dynamic_cast<Base *>(owner.get()); raw != nullptr)
        delete raw;
    return static_cast<int>(owner->size()) & 0xff;
}
