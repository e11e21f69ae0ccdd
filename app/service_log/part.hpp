#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

/// Whose line of the service's log it is, and how much it matters.
namespace tidemark::app {

enum class Level : std::uint8_t { debug, info, warning, error };

/// The capabilities, under their names in docs/architecture.md; `http` is every request, `service`
/// what runs them all.
enum class Part : std::uint8_t {
  access,
  backfill,
  connector,
  consent,
  contacts,
  conversations,
  delivery,
  http,
  identity,
  intake,
  lists,
  merge,
  operations,
  service,
  sync
};

inline constexpr std::array<std::pair<Part, std::string_view>, 15> part_names{{
    {Part::access, "access"},
    {Part::backfill, "backfill"},
    {Part::connector, "connector"},
    {Part::consent, "consent"},
    {Part::contacts, "contacts"},
    {Part::conversations, "conversations"},
    {Part::delivery, "delivery"},
    {Part::http, "http"},
    {Part::identity, "identity"},
    {Part::intake, "intake"},
    {Part::lists, "lists"},
    {Part::merge, "merge"},
    {Part::operations, "operations"},
    {Part::service, "service"},
    {Part::sync, "sync"},
}};

inline constexpr std::array<std::pair<Level, std::string_view>, 4> level_names{{
    {Level::debug, "debug"},
    {Level::info, "info"},
    {Level::warning, "warning"},
    {Level::error, "error"},
}};

constexpr std::string_view name_of(Part part) {
  return part_names[static_cast<std::size_t>(part)].second;
}
constexpr std::string_view name_of(Level level) {
  return level_names[static_cast<std::size_t>(level)].second;
}

constexpr std::optional<Level> level_named(std::string_view name) {
  for (const auto& [level, its_name] : level_names)
    if (its_name == name)
      return level;
  return std::nullopt;
}

} // namespace tidemark::app
