#include "events/format/reason.hpp"

namespace tidemark {
namespace {

constexpr std::string_view look_at_vendor = "Read the vendor's answer: tidemark log show POSITION.";
constexpr std::string_view correct_phone =
    "Correct the number in the source system; the contact is then delivered by itself.";
constexpr std::string_view wait_retry = "Nothing: it is tried again by itself.";

constexpr Explanation explanations[] = {
    {""},
#define REASON(code, ...) {__VA_ARGS__},
#include "events/format/reasons.def"
};

constexpr auto& names = events::EnumNames<Reason>::names;

// Every stored event names its reasons, so they are found by a hash of a few of their bytes.
constexpr std::size_t slot_count = 1024;
static_assert(names.size() * 3 < slot_count);

constexpr std::size_t slot_of(std::string_view name) {
  const auto size = name.size();
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(name[i]); };
  return (size * 181 + at(0) * 37U + at(size / 3) * 61U + at(size / 2) * 101U + at(size - 1) * 7U)
         % slot_count;
}

/// The reason in each slot, `none` in those that are free.
constexpr auto slots = [] {
  std::array<Reason, slot_count> out{};
  for (std::size_t i = 1; i < names.size(); ++i) {
    auto slot = slot_of(names[i]);
    while (out[slot] != Reason::none)
      slot = (slot + 1) % slot_count;
    out[slot] = static_cast<Reason>(i);
  }
  return out;
}();

} // namespace

std::optional<Reason> reason_named(std::string_view name) {
  if (name.empty())
    return Reason::none;
  for (auto slot = slot_of(name); slots[slot] != Reason::none; slot = (slot + 1) % slot_count)
    if (name_of(slots[slot]) == name)
      return slots[slot];
  return std::nullopt;
}

const Explanation& explain_reason(Reason reason) {
  return explanations[static_cast<std::size_t>(reason)];
}

} // namespace tidemark
