#pragma once
#include "base/result.hpp"
#include "base/text/json_reader.hpp"

#include <string>
#include <string_view>

namespace tidemark::gateway {

/// The first member of the object in `bytes` that is none of `members`, "" when there is none, or
/// no object.
std::string unknown_member(std::string_view bytes, std::string_view members);

/// The body of a command: one JSON object.
class Body {
public:
  /// `members` are those it may have, a blank between them: another one is a mistake of the
  /// caller's that would go unnoticed. Error: bad_body.
  static Result<Body> read(std::string_view bytes, std::string_view members);

  json::Value operator[](std::string_view name) const { return document_[name]; }
  /// "" when it is not there, or no text.
  std::string text(std::string_view name) const;
  /// The text; `otherwise` when it is "".
  Result<std::string> text(std::string_view name, Error otherwise) const;
  /// False when it is left out; `otherwise` when it is neither true nor false.
  Result<bool> flag(std::string_view name, Error otherwise) const;
  /// `max_age_seconds` of a text, 1 second to 30 days; `otherwise` when it is left out. Error:
  /// bad_max_age.
  Result<std::uint64_t> max_age_seconds(std::uint64_t otherwise) const;
  /// Why it is asked for: required, and kept. Error: bad_reason.
  Result<std::string> reason() const;

private:
  explicit Body(json::Document document) : document_(std::move(document)) {}
  json::Document document_;
};

} // namespace tidemark::gateway
