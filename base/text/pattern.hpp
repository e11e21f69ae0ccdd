#pragma once
#include "base/result.hpp"

#include <memory>
#include <string_view>

namespace re2 {
class RE2;
}

namespace tidemark {

/// A regular expression that answers in time linear to the text, whatever its form (RE2): what an
/// operator writes cannot stop the engine. No look-around, no back-references.
class Pattern {
public:
  /// Errors: bad_pattern, with what is wrong. At most `pattern_bytes_max` bytes.
  static Result<Pattern> compile(std::string_view text);
  /// The text itself, in upper and lower case of any script. The same error when it is too long.
  static Result<Pattern> ignoring_case(std::string_view text);
  /// Does the whole text fit?
  bool matches(std::string_view text) const;

private:
  explicit Pattern(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const re2::RE2> compiled_;
};

inline constexpr std::size_t pattern_bytes_max = 200;

} // namespace tidemark
