#pragma once
#include "base/ids.hpp"
#include "base/json_writer.hpp"
#include "base/time.hpp"
#include "events/envelope.hpp"
#include "events/field_set.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace tidemark::projections {

/// Writes the JSON object of one row, member by member; names are literals that need no escape.
class RowJson {
public:
  RowJson() {
    out_.reserve(192);
    out_.push_back('{');
  }
  RowJson& text(std::string_view name, std::string_view value) {
    json::append_string(member(name), value);
    return *this;
  }
  RowJson& number(std::string_view name, std::uint64_t value) {
    json::append_number(member(name), value);
    return *this;
  }
  RowJson& boolean(std::string_view name, bool value) {
    member(name) += value ? "true" : "false";
    return *this;
  }
  RowJson& time(std::string_view name, Timestamp value) {
    json::append_number(member(name), static_cast<std::int64_t>(value.time_since_epoch().count()));
    return *this;
  }
  /// `position` and `at` (microseconds since 1970) of the event that the row comes from.
  RowJson& origin(const events::Envelope& envelope) {
    return number("position", envelope.position.value).time("at", envelope.recorded_at);
  }
  RowJson& fields(std::string_view name, const events::FieldSet& fields) {
    auto& out = member(name);
    out.push_back('{');
    bool first = true;
    for (const auto& [field, value] : fields) {
      if (!first)
        out.push_back(',');
      first = false;
      out.push_back('"');
      out += events::name_of(field);
      out += "\":";
      json::append_string(out, value.reveal());
    }
    out.push_back('}');
    return *this;
  }
  /// An array, its items written by `write(out, item)`.
  template <class Items, class Write>
  RowJson& list(std::string_view name, const Items& items, Write write) {
    auto& out = member(name);
    out.push_back('[');
    bool first = true;
    for (const auto& item : items) {
      if (!first)
        out.push_back(',');
      first = false;
      write(out, item);
    }
    out.push_back(']');
    return *this;
  }
  std::string take() {
    out_.push_back('}');
    return std::move(out_);
  }

private:
  std::string& member(std::string_view name) {
    if (out_.size() > 1)
      out_.push_back(',');
    out_.push_back('"');
    out_ += name;
    out_ += "\":";
    return out_;
  }
  std::string out_;
};

} // namespace tidemark::projections
