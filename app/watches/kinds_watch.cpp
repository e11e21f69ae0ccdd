#include "app/watches/kinds_watch.hpp"

#include "events/format/reason.hpp"
#include "projections/intake/kind_counts.hpp"

#include <algorithm>

namespace tidemark::app {
namespace {

/// More are told as one: somebody makes them up.
constexpr std::size_t kinds_max = 100;
constexpr std::size_t kind_length_max = 60, digits_max = 6;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A word of the vendor's as it may stand in a log line: no sentence, and no number of anybody.
std::string shown(std::string_view kind) {
  const auto fits = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || std::string_view("._-/").find(c) != std::string_view::npos;
  };
  if (kind.empty())
    return "(none)";
  const bool is_word = kind.size() <= kind_length_max && std::ranges::all_of(kind, fits)
                       && std::ranges::count_if(kind, is_digit) <= std::ptrdiff_t{digits_max};
  return is_word ? std::string(kind) : "(no word)";
}

} // namespace

bool KindsWatch::may_matter(std::string_view payload) {
  return payload.find(name_of(Reason::unknown_event_type)) != std::string_view::npos;
}

void KindsWatch::take(const TenantId& tenant, const events::WebhookInterpreted& interpreted,
                      Timestamp at) {
  if (projections::kind_outcome(interpreted) != projections::KindOutcome::unknown_event_type)
    return;
  Key key{tenant, interpreted.connector, shown(interpreted.kind)};
  if (kinds_.size() >= kinds_max && !kinds_.contains(key))
    std::get<2>(key) = "(many)";
  auto& kind = kinds_
                   .try_emplace(key, gateway::UnknownKind{tenant, interpreted.connector,
                                                          std::get<2>(key), 0, at, at})
                   .first->second;
  ++kind.count;
  kind.last = at;
}

std::vector<gateway::UnknownKind> KindsWatch::seen(Timestamp now, std::chrono::hours shown) const {
  std::vector<gateway::UnknownKind> out;
  for (const auto& [key, kind] : kinds_)
    if (now - kind.last < shown)
      out.push_back(kind);
  return out;
}

} // namespace tidemark::app
