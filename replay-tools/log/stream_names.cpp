#include "replay-tools/log/stream_names.hpp"

#include "base/contains.hpp"

#include <array>
#include <chrono>

namespace tidemark::tools {
namespace {

/// Streams of a connector each: the kind, then its name. Others hold ids behind the kind.
constexpr std::array<std::string_view, 13> kinds_of_connectors{
    "webhook", "delivery",   "backfill",      "read_back", "listing", "connector", "flow",
    "token",   "credential", "custom_fields", "broadcast", "lists",   "note"};

/// `delivery` of `delivery/aloware/c0123`.
std::string_view kind_in(std::string_view stream) {
  return stream.substr(0, stream.find('/'));
}

} // namespace

std::string_view connector_in(std::string_view stream) {
  const auto kind = kind_in(stream);
  if (!contains(kinds_of_connectors, kind) || kind.size() == stream.size())
    return {};
  const auto rest = stream.substr(kind.size() + 1);
  return rest.substr(0, rest.find('/'));
}

std::string without_ids(std::string_view stream) {
  const auto connector = connector_in(stream);
  std::string out(kind_in(stream));
  return connector.empty() ? out : out + '/' + std::string(connector);
}

std::string hour_of(Timestamp at) {
  return to_rfc3339(Timestamp{std::chrono::floor<std::chrono::hours>(at.time_since_epoch())});
}

} // namespace tidemark::tools
