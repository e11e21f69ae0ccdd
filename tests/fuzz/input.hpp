#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

/// What every fuzz target shares.
namespace tidemark::fuzz {

/// libFuzzer's bytes taken apart. Choices come from the end, so that an input begins with its text
/// and a seed is a file with a few bytes behind it. An input that ran out chooses 0.
class Input {
public:
  Input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  std::uint8_t byte() {
    if (rest_.empty())
      return 0;
    const auto out = static_cast<std::uint8_t>(rest_.back());
    rest_.remove_suffix(1);
    return out;
  }
  bool yes() { return (byte() & 1U) != 0; }
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : byte() % limit; }
  /// A place in, or right behind, a text of that size.
  std::size_t place_in(std::size_t size) {
    const std::size_t high = byte();
    return (high * 256 + byte()) % (size + 1);
  }
  /// The front of the text, as long as the next choice says.
  std::string part() {
    const auto size = below(256);
    const std::string out(rest_.substr(0, size));
    rest_.remove_prefix(out.size());
    return out;
  }
  /// All that is left.
  std::string_view text() const { return rest_; }

private:
  std::string_view rest_;
};

/// A property of the target: libFuzzer keeps the input that breaks it.
inline void require(bool holds, const char* what) {
  if (holds)
    return;
  std::fprintf(stderr, "BROKEN: %s\n", what);
  std::abort();
}

/// What a target does with one input; each defines its own.
void check(Input& input);

} // namespace tidemark::fuzz
