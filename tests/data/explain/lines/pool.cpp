#include <algorithm>
#include <condition_variable>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

namespace work {

template <typename T>
concept Callable = requires(T f) { f(); };

enum class Mode : unsigned char { fast = 1, careful };

class Pool final {
public:
    explicit Pool(std::size_t n = std::thread::hardware_concurrency()) : left_{n} {
        for (auto i = 0u; i < n; ++i)
            threads_.emplace_back([this, i] { run(i); });
    }
    Pool(const Pool &) = delete;
    Pool &operator=(Pool &&) noexcept = default;
    virtual ~Pool() { stop(); }

    template <Callable F, typename... Args>
    [[nodiscard]] auto add(F &&f, Args &&...args) -> bool {
        std::lock_guard lock(mutex_);
        jobs_.push_back([f = std::forward<F>(f), ... args = std::forward<Args>(args)]() mutable { f(args...); });
        return (sizeof...(Args) > 0) || !jobs_.empty();
    }

    std::optional<int> first(const std::vector<int> &v, Mode mode) const {
        if (auto it = std::find_if(v.begin(), v.end(), [&](int x) { return x > limit; }); it != v.end())
            return *it;
        return mode == Mode::careful ? std::nullopt : std::optional{static_cast<int>(v.size())};
    }

    static constexpr int limit = 1'000;

private:
    void run(unsigned);
    void stop() noexcept;
    mutable std::mutex mutex_;
    std::vector<std::function<void()>> jobs_;
    std::vector<std::jthread> threads_;
    std::size_t left_ = 0;
};

struct Point {
    double x{}, y{};
    friend bool operator==(const Point &, const Point &) = default;
    Point operator+(Point o) const { return {x + o.x, y + o.y}; }
};

template <class It> typename std::iterator_traits<It>::value_type sum(It begin, It end) {
    typename std::iterator_traits<It>::value_type total{};
    while (begin != end) total += *begin++;
    return total;
}

using Names = std::vector<std::unique_ptr<const char[]>>;

inline void show(std::string_view name) try {
    const auto [x, y] = Point{1.5, 2};
    auto *raw = new int[4]{1, 2};
    for (const auto &c : name) if (c == '\0') throw std::runtime_error{"end"};
    delete[] raw;
} catch (const std::exception &e) {
    throw;
}

} // namespace work
