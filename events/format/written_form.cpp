#include "events/format/written_form.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

namespace tidemark::events::codec {

/// Goes to the next byte that is a quote, a backslash, a control character or not ASCII. Eight
/// bytes at a time: a borrow can only mark bytes above one that is truly marked, and the lowest
/// mark is what counts.
void WrittenForm::to_special() {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t highs = ones * 0x80;
  const auto zeros = [](std::uint64_t w) { return (w - ones) & ~w & highs; };
  if constexpr (std::endian::native == std::endian::little) {
    for (std::uint64_t word = 0; end_ - at_ >= 8; at_ += 8) {
      std::memcpy(&word, at_, 8);
      const auto marks = (word & highs) | zeros(word ^ (ones * '"')) | zeros(word ^ (ones * '\\'))
                         | ((word - ones * 0x20) & ~word & highs);
      if (marks != 0) {
        at_ += std::countr_zero(marks) / 8;
        return;
      }
    }
  }
  const auto plain = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
  };
  at_ = std::find_if_not(at_, end_, plain);
}

bool WrittenForm::text(std::string_view& out) {
  if (!skip('"'))
    return false;
  const char* const start = at_;
  bool ascii = true;
  for (to_special(); at_ != end_ && *at_ != '"'; to_special()) {
    if (static_cast<unsigned char>(*at_) < 0x80)
      return false; // an escape, or what is none but should be
    ascii = false;
    ++at_;
  }
  if (at_ == end_)
    return false;
  out = {start, static_cast<std::size_t>(at_ - start)};
  ++at_;
  return ascii || simdjson::validate_utf8(out.data(), out.size());
}

bool WrittenForm::number(std::uint64_t& out) {
  const char* const start = at_;
  const auto [stop, error] = std::from_chars(at_, end_, out);
  if (error != std::errc{} || (*start == '0' && stop != start + 1))
    return false;
  at_ = stop;
  return at_ != end_ && (*at_ == ',' || *at_ == '}' || *at_ == ']'); // no fraction, no exponent
}

bool WrittenForm::number(std::int64_t& out) {
  if (at_ != end_ && *at_ == '-')
    return false; // never written for the times of this age
  std::uint64_t magnitude = 0;
  if (!number(magnitude) || magnitude > std::numeric_limits<std::int64_t>::max())
    return false;
  out = static_cast<std::int64_t>(magnitude);
  return true;
}

bool read_fields(WrittenForm& in, FieldSet& out) {
  FieldSet::Refill fields(out);
  if (!in.skip('{'))
    return false;
  if (in.skip('}'))
    return true;
  do {
    std::string_view name;
    std::string_view value;
    if (!in.text(name) || !in.skip(':') || !in.text(value))
      return false;
    const auto field = stored_field(name);
    if (!field || !fields.add(*field, value))
      return false;
  } while (in.skip(','));
  return in.skip('}');
}

bool read_mask(WrittenForm& in, FieldMask& out) {
  out = {};
  if (!in.skip('['))
    return false;
  if (in.skip(']'))
    return true;
  do {
    std::string_view name;
    if (!in.text(name))
      return false;
    const auto field = stored_field(name);
    if (!field)
      return false;
    out.add(*field);
  } while (in.skip(','));
  return in.skip(']');
}

} // namespace tidemark::events::codec
