#include "base/text/pattern.hpp"

#include <re2/re2.h>

namespace tidemark {
namespace {

constexpr std::int64_t memory_max = 256 * 1024; // of the compiled form and its caches

Result<std::shared_ptr<const re2::RE2>> compiled_as(std::string_view text,
                                                    re2::RE2::Options options) {
  if (text.size() > pattern_bytes_max)
    return Error{"bad_pattern", "it is longer than 200 bytes"};
  options.set_log_errors(false);
  options.set_max_mem(memory_max);
  auto compiled =
      std::make_shared<const re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (!compiled->ok())
    return Error{"bad_pattern", compiled->error()};
  return compiled;
}

} // namespace

Result<Pattern> Pattern::compile(std::string_view text) {
  TRY(compiled, compiled_as(text, {}));
  return Pattern(std::move(compiled));
}

Result<Pattern> Pattern::ignoring_case(std::string_view text) {
  re2::RE2::Options options;
  options.set_literal(true);
  options.set_case_sensitive(false);
  TRY(compiled, compiled_as(text, options));
  return Pattern(std::move(compiled));
}

bool Pattern::matches(std::string_view text) const {
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

} // namespace tidemark
