#include "base/text/canonical_json.hpp"

#include "base/text/json_reader.hpp"
#include "base/text/json_writer.hpp"

#include <algorithm>

namespace tidemark::json {
namespace {

/// Not deeper than `max_depth`: the reader has seen to that.
void append(std::string& out, const Value& value) {
  switch (value.kind()) {
  case Kind::object: {
    auto members = value.members();
    std::ranges::stable_sort(members, {}, [](const auto& member) { return member.first; });
    out.push_back('{');
    for (const auto& [name, inner] : members) {
      append_string(out, name);
      out.push_back(':');
      append(out, inner);
      out.push_back(',');
    }
    out.push_back('}');
    break;
  }
  case Kind::array:
    out.push_back('[');
    for (const auto& item : value.items()) {
      append(out, item);
      out.push_back(',');
    }
    out.push_back(']');
    break;
  case Kind::text:
    append_string(out, *value.text());
    break;
  case Kind::number:
    out += *value.scalar();
    break;
  case Kind::boolean:
    out += *value.boolean() ? "true" : "false";
    break;
  default:
    out += "null";
  }
}

} // namespace

std::optional<std::string> canonical(std::string_view bytes) {
  const auto document = parse(bytes);
  if (!document)
    return std::nullopt;
  std::string out;
  out.reserve(bytes.size());
  append(out, document->root());
  return out;
}

} // namespace tidemark::json
