#pragma once
#include "events/format/struct_codec.hpp"

#include <cstring>

// Reads payloads in exactly the form in which `codec::write` writes them: members in their order,
// no white space, no escapes. That is nearly every stored payload, and much faster than parsing any
// JSON. Whatever looks otherwise is left to the general reader, so nothing is accepted here that
// would be refused there. Heavy (simdjson): include it in .cpp files only.
namespace tidemark::events::codec {

/// Walks over a payload; false from any function means "not in the written form".
class WrittenForm {
public:
  explicit WrittenForm(std::string_view payload)
      : at_(payload.data()), end_(payload.data() + payload.size()) {}

  bool at_end() const { return at_ == end_; }
  bool skip(char c) {
    if (at_ == end_ || *at_ != c)
      return false;
    ++at_;
    return true;
  }
  bool skip(std::string_view text) {
    if (static_cast<std::size_t>(end_ - at_) < text.size()
        || std::memcmp(at_, text.data(), text.size()) != 0) // not secret: our own words
      return false;
    at_ += text.size();
    return true;
  }
  /// `"name":`
  bool skip_name(std::string_view name) {
    if (static_cast<std::size_t>(end_ - at_) < name.size() + 3 || *at_ != '"'
        || std::memcmp(at_ + 1, name.data(), name.size()) != 0 // not secret: our own words
        || at_[name.size() + 1] != '"' || at_[name.size() + 2] != ':')
      return false;
    at_ += name.size() + 3;
    return true;
  }
  bool text(std::string_view& out);
  bool number(std::uint64_t& out);
  bool number(std::int64_t& out);

private:
  void to_special();
  const char* at_;
  const char* end_;
};

template <class T>
bool read(WrittenForm& in, T& out);

bool read_fields(WrittenForm& in, FieldSet& out);

template <class T>
bool read_map(WrittenForm& in, T& out) {
  out.clear();
  if (!in.skip('{'))
    return false;
  if (in.skip('}'))
    return true;
  do {
    std::string_view key;
    if (!in.text(key) || !in.skip(':'))
      return false;
    const auto [item, is_new] = out.try_emplace(typename T::key_type(std::string(key)));
    if (!is_new || !read(in, item->second))
      return false;
  } while (in.skip(','));
  return in.skip('}');
}

template <class T>
bool read_field_map(WrittenForm& in, T& out) {
  out.clear();
  if (!in.skip('{'))
    return false;
  if (in.skip('}'))
    return true;
  do {
    std::string_view key;
    if (!in.text(key) || !in.skip(':'))
      return false;
    const auto field = stored_field(key);
    if (!field || out.find(*field) || !read(in, out[*field]))
      return false;
  } while (in.skip(','));
  return in.skip('}');
}

bool read_mask(WrittenForm& in, FieldMask& out);

template <class T>
bool read_vector(WrittenForm& in, std::vector<T>& out) {
  std::size_t count = 0;
  const auto finish = [&] {
    out.resize(count); // items are reused: their texts have room already
    return true;
  };
  if (!in.skip('['))
    return false;
  if (in.skip(']'))
    return finish();
  do {
    if (count == out.size())
      out.emplace_back();
    if (!read(in, out[count++]))
      return false;
  } while (in.skip(','));
  return in.skip(']') && finish();
}

template <class T>
bool read_members(WrittenForm& in, T& out) {
  bool first = true;
  const auto one = [&](const auto& m) {
    const bool opened = in.skip(first ? '{' : ',');
    first = false;
    return opened && in.skip_name(m.name) && read(in, out.*(m.pointer));
  };
  return T::members([&](const auto&... m) { return (one(m) && ...); }) && in.skip('}');
}

template <class T>
bool read(WrittenForm& in, T& out) {
  std::string_view text;
  if constexpr (std::is_same_v<T, std::string>) {
    if (!in.text(text))
      return false;
    out.assign(text);
    return true;
  } else if constexpr (std::is_same_v<T, PiiText>) {
    if (!in.text(text))
      return false;
    out = PiiText(std::string(text));
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    out = in.skip("true");
    return out || in.skip("false");
  } else if constexpr (std::is_same_v<T, FieldSet>)
    return read_fields(in, out);
  else if constexpr (std::is_same_v<T, FieldMask>)
    return read_mask(in, out);
  else if constexpr (std::is_same_v<T, Position>)
    return in.number(out.value);
  else if constexpr (std::is_same_v<T, Timestamp>) {
    std::int64_t micros = 0;
    const bool fits = in.number(micros);
    out = Timestamp{std::chrono::microseconds{micros}};
    return fits;
  } else if constexpr (std::is_same_v<T, Field>)
    return in.text(text) && read_field(text, out);
  else if constexpr (StoredEnum<T>)
    return in.text(text) && read_enum(text, EnumNames<T>::names, out);
  else if constexpr (std::is_integral_v<T>) {
    std::uint64_t number = 0;
    const bool fits = in.number(number) && number <= std::numeric_limits<T>::max();
    out = static_cast<T>(number);
    return fits;
  } else if constexpr (IsStrong<T>::value)
    return read(in, out.value);
  else if constexpr (IsHash<T>::value)
    return in.text(text) && read_hex(text, out);
  else if constexpr (IsOptional<T>::value) {
    out.reset();
    return in.skip(absent<typename T::value_type>) || read(in, out.emplace());
  } else if constexpr (IsVector<T>::value)
    return read_vector(in, out);
  else if constexpr (IsMap<T>::value)
    return read_map(in, out);
  else if constexpr (IsFieldMap<T>::value)
    return read_field_map(in, out);
  else
    return read_members(in, out);
}

} // namespace tidemark::events::codec
