#pragma once
#include "base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Reads JSON that comes from outside. The whole document is validated before anything is read.
namespace tidemark::json {

enum class Kind : std::uint8_t { missing, null, boolean, number, text, array, object };

/// A place in a Document, valid as long as it lives. Asking a value for what it is not gives
/// nothing, never an error: `root["a"]["b"].text()` is safe on any document.
class Value {
public:
  Value() = default;
  Kind kind() const;
  /// Neither absent nor null.
  bool stated() const { return kind() != Kind::missing && kind() != Kind::null; }
  /// The member, or a missing value.
  Value operator[](std::string_view key) const;
  /// The text of a JSON string.
  std::optional<std::string_view> text() const;
  /// A string as it is, a number in digits: ids come in both forms (requirement I14).
  std::optional<std::string> scalar() const;
  std::optional<bool> boolean() const;
  std::optional<std::int64_t> integer() const;
  /// Elements of an array; empty for anything else.
  std::vector<Value> items() const;
  /// Members of an object in their order; empty for anything else.
  std::vector<std::pair<std::string_view, Value>> members() const;

private:
  friend class Document;
  std::array<std::uintptr_t, 2> place_{}; // a simdjson element; document 0 means missing
};

/// A parsed document; owns its memory, independent of the bytes it was read from.
class Document {
public:
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();
  Value root() const { return root_; }
  Value operator[](std::string_view key) const { return root_[key]; }

private:
  friend Result<Document> parse(std::string_view bytes);
  struct Parser;
  explicit Document(std::unique_ptr<Parser> parser);
  std::unique_ptr<Parser> parser_;
  Value root_;
};

/// How deep a document may nest. Vendors' bodies stay below 10.
inline constexpr std::size_t max_depth = 64;

/// Parses one document; a UTF-8 byte order mark is skipped. Error codes: body_empty, body_not_json,
/// body_not_utf8, body_too_deep, duplicate_key (two readers could see different values).
Result<Document> parse(std::string_view bytes);

} // namespace tidemark::json
