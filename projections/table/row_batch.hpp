#pragma once
#include "base/ids.hpp"
#include "base/text/json_writer.hpp"
#include "base/time.hpp"
#include "events/format/envelope.hpp"
#include "events/format/field_set.hpp"
#include "events/format/reason.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::projections {

/// Bytes that grow at the end; room is asked for once for each member, not for each piece.
class ByteArena {
public:
  std::size_t size() const { return used_; }
  std::string_view view(std::size_t offset, std::size_t bytes) const {
    return {bytes_.data() + offset, bytes};
  }
  /// A place for up to `count` bytes; `keep` says how many were written.
  char* room(std::size_t count) {
    if (bytes_.size() - used_ < count)
      bytes_.resize(std::max<std::size_t>(bytes_.size() * 2, used_ + count + 4096));
    return bytes_.data() + used_;
  }
  void keep(const char* end) { used_ = static_cast<std::size_t>(end - bytes_.data()); }
  void append(std::string_view text) { keep(put(room(text.size()), text)); }
  void clear() { used_ = 0; }

  static char* put(char* at, std::string_view text) {
    if (!text.empty()) // an empty view may point nowhere
      std::memcpy(at, text.data(), text.size());
    return at + text.size();
  }

private:
  std::string bytes_; ///< as long as there is room for, of which `used_` bytes mean something
  std::size_t used_ = 0;
};

/// Writes the JSON object of one row, member by member, to the end of an arena; names are literals
/// that need no escape.
class RowJson {
public:
  explicit RowJson(ByteArena& out) : out_(out) { out_.append("{"); }

  template <std::size_t N>
  RowJson& text(const char (&name)[N], std::string_view value) {
    char* at = member(name, json::string_bytes_max(value.size()));
    out_.keep(json::put_string(at, value));
    return *this;
  }
  /// Hashes are hex in rows.
  template <std::size_t N, std::size_t Bytes>
  RowJson& hash(const char (&name)[N], const std::array<std::uint8_t, Bytes>& value) {
    char* at = member(name, 2 * Bytes + 2);
    *at++ = '"';
    at = put_hex(at, as_view(value));
    *at++ = '"';
    out_.keep(at);
    return *this;
  }
  template <std::size_t N>
  RowJson& hash(const char (&name)[N], const AddressHash& value) {
    return hash(name, value.value);
  }
  template <std::size_t N>
  RowJson& text(const char (&name)[N], Reason value) {
    return text(name, name_of(value));
  }
  template <std::size_t N>
  RowJson& number(const char (&name)[N], std::uint64_t value) {
    char* at = member(name, 24);
    out_.keep(std::to_chars(at, at + 24, value).ptr);
    return *this;
  }
  template <std::size_t N>
  RowJson& boolean(const char (&name)[N], bool value) {
    out_.keep(ByteArena::put(member(name, 5), value ? "true" : "false"));
    return *this;
  }
  template <std::size_t N>
  RowJson& time(const char (&name)[N], Timestamp value) {
    char* at = member(name, 24);
    const auto micros = static_cast<std::int64_t>(value.time_since_epoch().count());
    out_.keep(std::to_chars(at, at + 24, micros).ptr);
    return *this;
  }
  /// `position` and `at` (microseconds since 1970) of the event that the row comes from.
  RowJson& origin(const events::Envelope& envelope) {
    return number("position", envelope.position.value).time("at", envelope.recorded_at);
  }
  template <std::size_t N>
  RowJson& fields(const char (&name)[N], const events::FieldSet& fields) {
    return array_of(name, '{', '}', fields, [this](const auto& entry) {
      const auto& [field, value] = entry;
      const auto word = events::name_of(field);
      const std::string_view text = value.reveal();
      char* at = out_.room(word.size() + 3 + json::string_bytes_max(text.size()));
      *at++ = '"';
      at = ByteArena::put(ByteArena::put(at, word), "\":");
      out_.keep(json::put_string(at, text));
    });
  }
  /// An array of texts; `text_of(item)` gives them.
  template <std::size_t N, class Items, class TextOf>
  RowJson& texts(const char (&name)[N], const Items& items, TextOf text_of) {
    return array_of(name, '[', ']', items, [&](const auto& item) {
      const std::string_view text = text_of(item);
      out_.keep(json::put_string(out_.room(json::string_bytes_max(text.size())), text));
    });
  }
  template <std::size_t N>
  RowJson& texts(const char (&name)[N], const std::vector<std::string>& items) {
    return texts(name, items, [](const std::string& text) -> std::string_view { return text; });
  }
  template <std::size_t N, class Hash>
  RowJson& hashes(const char (&name)[N], const std::vector<Hash>& items) {
    std::string hex;
    return texts(name, items,
                 [&](const Hash& item) -> std::string_view { return hex = to_hex(item); });
  }
  /// An array of objects; `write(json, item)` adds their members.
  template <std::size_t N, class Items, class Write>
  RowJson& objects(const char (&name)[N], const Items& items, Write write) {
    return array_of(name, '[', ']', items, [&](const auto& item) {
      RowJson object(out_);
      write(object, item);
      object.close();
    });
  }
  void close() { out_.append("}"); }

private:
  template <std::size_t N, class Items, class Write>
  RowJson& array_of(const char (&name)[N], char opens, char closes, const Items& items,
                    Write write) {
    char* at = member(name, 1);
    *at = opens;
    out_.keep(at + 1);
    bool first = true;
    for (const auto& item : items) {
      if (!first)
        out_.append(",");
      first = false;
      write(item);
    }
    out_.append({&closes, 1});
    return *this;
  }
  /// Writes `"name":`; the value follows at the given place, which has room for `bytes`.
  template <std::size_t N>
  char* member(const char (&name)[N], std::size_t bytes) {
    char* at = out_.room(N + 3 + bytes);
    if (!first_)
      *at++ = ',';
    first_ = false;
    *at++ = '"';
    std::memcpy(at, name, N - 1);
    at += N - 1;
    *at++ = '"';
    *at++ = ':';
    return at;
  }

  ByteArena& out_;
  bool first_ = true;
};

/// A row that an event puts or removes. Keys hold keyed hashes or ids, never an address. Valid
/// until its batch changes.
struct Row {
  std::string_view key;
  std::optional<std::string_view> value; ///< JSON; none: the row goes
};

/// Rows in the order in which events gave them, written straight into one piece of memory.
class RowBatch {
public:
  /// Where a row lies.
  struct Place {
    std::size_t offset = 0;
    std::uint32_t key_bytes = 0;
    std::uint32_t value_bytes = 0;
    bool removed = false;
  };

  /// Puts a row under `row_key(tenant, parts)`; `write(json)` adds the members of its value.
  template <class Write>
  void put(const TenantId& tenant, std::initializer_list<std::string_view> parts, Write write) {
    auto& place = start(tenant, parts);
    const auto value_at = bytes_.size();
    RowJson json(bytes_);
    write(json);
    json.close();
    place.value_bytes = static_cast<std::uint32_t>(bytes_.size() - value_at);
  }
  void remove(const TenantId& tenant, std::initializer_list<std::string_view> parts) {
    start(tenant, parts).removed = true;
  }

  std::size_t size() const { return places_.size(); }
  bool empty() const { return places_.empty(); }
  void clear() {
    bytes_.clear();
    places_.clear();
  }
  Row operator[](std::size_t index) const { return row(places_[index]); }
  Row row(const Place& place) const {
    const auto value = bytes_.view(place.offset + place.key_bytes, place.value_bytes);
    return {key(place), place.removed ? std::nullopt : std::optional(value)};
  }
  std::string_view key(const Place& place) const {
    return bytes_.view(place.offset, place.key_bytes);
  }
  const ByteArena& bytes() const { return bytes_; }
  const std::vector<Place>& places() const { return places_; }

  /// Walks the rows.
  class Iterator {
  public:
    Iterator(const RowBatch& batch, std::size_t index) : batch_(&batch), index_(index) {}
    Row operator*() const { return (*batch_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

  private:
    const RowBatch* batch_;
    std::size_t index_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

private:
  Place& start(const TenantId& tenant, std::initializer_list<std::string_view> parts);

  ByteArena bytes_;
  std::vector<Place> places_;
};

} // namespace tidemark::projections
