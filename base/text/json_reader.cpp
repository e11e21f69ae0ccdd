#include "base/text/json_reader.hpp"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <charconv>

namespace tidemark::json {
namespace {

namespace dom = simdjson::dom;
static_assert(sizeof(dom::element) == sizeof(std::array<std::uintptr_t, 2>));
static_assert(std::is_trivially_copyable_v<dom::element>);

using Place = std::array<std::uintptr_t, 2>;

dom::element element_at(const Place& place) {
  return std::bit_cast<dom::element>(place);
}

/// Parsers above this size are not kept for the next document of the thread.
constexpr std::size_t kept_capacity = 64 * 1024;

bool has_duplicate(std::vector<std::string_view>& keys) {
  std::ranges::sort(keys);
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

/// Recursion is bounded by max_depth, which the parser has enforced.
bool has_duplicate_keys(dom::element element) {
  if (dom::array items; element.get(items) == simdjson::SUCCESS)
    return std::ranges::any_of(items, has_duplicate_keys);
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS)
    return false;
  std::vector<std::string_view> keys;
  for (auto [key, value] : object) {
    keys.push_back(key);
    if (has_duplicate_keys(value))
      return true;
  }
  return has_duplicate(keys);
}

Error error_of(simdjson::error_code code) {
  switch (code) {
  case simdjson::EMPTY:
    return {"body_empty", "The body is empty; a JSON document is needed."};
  case simdjson::UTF8_ERROR:
    return {"body_not_utf8", "The body is not valid UTF-8, which JSON must be."};
  case simdjson::DEPTH_ERROR:
    return {"body_too_deep", "The JSON document nests deeper than 64 levels."};
  default:
    return {"body_not_json", "The body is not a valid JSON document."};
  }
}

} // namespace

struct Document::Parser {
  dom::parser parser;
  dom::element root;
  /// Allocation is most of the work for a small document, so one parser waits for the next.
  static std::unique_ptr<Parser>& spare() {
    thread_local std::unique_ptr<Parser> parser;
    return parser;
  }
};

Document::Document(std::unique_ptr<Parser> parser) : parser_(std::move(parser)) {
  root_.place_ = std::bit_cast<Place>(parser_->root);
}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&& other) noexcept {
  std::swap(parser_, other.parser_);
  std::swap(root_, other.root_);
  return *this;
}
Document::~Document() {
  if (parser_ && parser_->parser.capacity() <= kept_capacity)
    Parser::spare() = std::move(parser_);
}

Result<Document> parse(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF"))
    bytes.remove_prefix(3);
  auto parser = std::move(Document::Parser::spare());
  if (!parser)
    parser = std::make_unique<Document::Parser>();
  if (parser->parser.capacity() < bytes.size() || parser->parser.max_depth() != max_depth)
    if (const auto failed =
            parser->parser.allocate(std::max<std::size_t>(bytes.size(), 4096), max_depth))
      return error_of(failed);
  if (const auto failed = parser->parser.parse(bytes.data(), bytes.size()).get(parser->root))
    return error_of(failed);
  if (has_duplicate_keys(parser->root))
    return Error{"duplicate_key", "An object of the JSON document has the same key twice."};
  return Document(std::move(parser));
}

Kind Value::kind() const {
  if (place_[0] == 0)
    return Kind::missing;
  switch (element_at(place_).type()) {
  case dom::element_type::ARRAY:
    return Kind::array;
  case dom::element_type::OBJECT:
    return Kind::object;
  case dom::element_type::STRING:
    return Kind::text;
  case dom::element_type::BOOL:
    return Kind::boolean;
  case dom::element_type::NULL_VALUE:
    return Kind::null;
  default:
    return Kind::number;
  }
}

Value Value::operator[](std::string_view key) const {
  Value out;
  if (kind() != Kind::object)
    return out;
  dom::element member;
  if (element_at(place_).at_key(key).get(member) == simdjson::SUCCESS)
    out.place_ = std::bit_cast<Place>(member);
  return out;
}

std::optional<std::string_view> Value::text() const {
  if (kind() != Kind::text)
    return std::nullopt;
  return element_at(place_).get_string().value_unsafe();
}

std::optional<std::string> Value::scalar() const {
  if (const auto string = text())
    return std::string(*string);
  if (kind() != Kind::number)
    return std::nullopt;
  const auto element = element_at(place_);
  char digits[32];
  std::to_chars_result end{};
  if (std::int64_t number = 0; element.get(number) == simdjson::SUCCESS)
    end = std::to_chars(digits, digits + sizeof digits, number);
  else if (std::uint64_t large = 0; element.get(large) == simdjson::SUCCESS)
    end = std::to_chars(digits, digits + sizeof digits, large);
  else
    end = std::to_chars(digits, digits + sizeof digits, element.get_double().value_unsafe());
  return std::string(digits, end.ptr);
}

std::optional<bool> Value::boolean() const {
  if (kind() != Kind::boolean)
    return std::nullopt;
  return element_at(place_).get_bool().value_unsafe();
}

std::optional<std::int64_t> Value::integer() const {
  std::int64_t number = 0;
  if (kind() != Kind::number || element_at(place_).get(number) != simdjson::SUCCESS)
    return std::nullopt;
  return number;
}

std::vector<Value> Value::items() const {
  std::vector<Value> out;
  if (kind() != Kind::array)
    return out;
  const dom::array array = element_at(place_).get_array().value_unsafe();
  for (auto item : array)
    out.emplace_back().place_ = std::bit_cast<Place>(item);
  return out;
}

std::vector<std::pair<std::string_view, Value>> Value::members() const {
  std::vector<std::pair<std::string_view, Value>> out;
  if (kind() != Kind::object)
    return out;
  const dom::object object = element_at(place_).get_object().value_unsafe();
  for (auto [key, value] : object)
    out.emplace_back(key, Value()).second.place_ = std::bit_cast<Place>(value);
  return out;
}

} // namespace tidemark::json
