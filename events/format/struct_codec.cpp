#include "events/format/struct_codec.hpp"

namespace tidemark::events::codec {

void write_name(std::string& out, std::string_view name) {
  if (out.back() != '{')
    out.push_back(',');
  out.push_back('"');
  out += name;
  out += "\":";
}

void write_fields(std::string& out, const FieldSet& fields) {
  out.push_back('{');
  for (const auto& [field, value] : fields) {
    write_name(out, name_of(field));
    json::append_string(out, value.reveal());
  }
  out.push_back('}');
}

void write_mask(std::string& out, FieldMask fields) {
  const char* before = "[";
  const auto one = [&](Field field) {
    if (!fields.has(field))
      return;
    out += before;
    json::append_string(out, name_of(field));
    before = ",";
  };
  for (const auto field : known_fields())
    one(field);
  out += fields.empty() ? "[]" : "]";
}

bool read_text(dom::element in, std::string& out) {
  std::string_view text;
  if (in.get(text) != simdjson::SUCCESS)
    return false;
  out.assign(text);
  return true;
}

bool read_fields(dom::element in, FieldSet& out) {
  dom::object object;
  if (in.get(object) != simdjson::SUCCESS)
    return false;
  for (auto [key, value] : object) {
    const auto field = stored_field(key);
    std::string text;
    if (!field || !read_text(value, text))
      return false;
    out.set(*field, std::move(text));
  }
  return true;
}

bool read_mask(dom::element in, FieldMask& out) {
  dom::array array;
  if (in.get(array) != simdjson::SUCCESS)
    return false;
  for (auto item : array) {
    std::string_view name;
    const auto field =
        item.get(name) == simdjson::SUCCESS ? stored_field(name) : std::optional<Field>{};
    if (!field)
      return false;
    out.add(*field);
  }
  return true;
}

bool MemberCursor::find(std::string_view name, dom::element& out) {
  if (next_ != end_ && next_.key() == name) {
    out = next_.value();
    ++next_;
    return true;
  }
  return object_.at_key(name).get(out) == simdjson::SUCCESS;
}

} // namespace tidemark::events::codec
