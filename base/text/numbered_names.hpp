#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark {

/// Names with the numbers under which the program first met them. From any thread: a name that is
/// there never changes, so it is read without a lock.
template <std::size_t Most>
class NumberedNames {
public:
  /// "" when there is none of that number.
  std::string_view at(std::size_t number) const {
    return number < size() ? std::string_view(names_[number]) : std::string_view();
  }
  std::size_t size() const { return size_.load(std::memory_order_acquire); }
  std::optional<std::size_t> find(std::string_view name) const {
    for (std::size_t i = 0; i < size(); ++i)
      if (names_[i] == name)
        return i;
    return std::nullopt;
  }
  /// Its number, also when it was there; nothing when there is no room.
  std::optional<std::size_t> add(std::string_view name) {
    const std::lock_guard lock(adding_);
    if (const auto known = find(name))
      return known;
    const auto number = size();
    if (number == Most)
      return std::nullopt;
    names_[number] = std::string(name);
    size_.store(number + 1, std::memory_order_release);
    return number;
  }

private:
  std::array<std::string, Most> names_;
  std::atomic<std::size_t> size_ = 0;
  std::mutex adding_;
};

} // namespace tidemark
