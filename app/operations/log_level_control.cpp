#include "app/operations/log_level_control.hpp"

#include "events/format/tags.hpp"

#include <map>

namespace tidemark::app {
namespace {

constexpr std::string_view as_configured = "default";

using Changes = std::map<Part, std::optional<Level>>; ///< none: as configured

template <class Names>
std::string names_of(const Names& names) {
  std::string out;
  for (const auto& [value, name] : names)
    out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

Result<Changes> changes_of(const gateway::LogLevelPort::Wishes& wishes) {
  Changes out;
  for (const auto& [name, level] : wishes) {
    const auto parts = parts_named(name);
    if (parts.empty())
      return Error{"bad_log_level", "there is no part '" + name + "' of the service's log; there "
                                        + "are: " + names_of(part_names) + ", and * for all"};
    const auto wanted = level_named(level);
    if (!wanted && level != as_configured)
      return Error{"bad_log_level", "a level is one of " + names_of(level_names)
                                        + ", or default for the configuration's"};
    for (const auto part : parts)
      out[part] = wanted;
  }
  if (out.empty())
    return Error{"bad_log_level", "say of which part, such as delivery, and which level"};
  return out;
}

events::LogLevelsSet event_of(const Changes& changes) {
  events::LogLevelsSet out;
  for (const auto& [part, level] : changes)
    out.levels.push_back(std::string(name_of(part)) + "="
                         + std::string(level ? name_of(*level) : as_configured));
  return out;
}

} // namespace

std::vector<gateway::PartLevel> LogLevelControl::levels() const {
  std::vector<gateway::PartLevel> out;
  for (const auto& [part, name] : part_names) {
    const auto said = levels_.said_of(part);
    out.push_back({std::string(name), std::string(name_of(levels_.of(part))), !said,
                   said ? said->until : std::nullopt});
  }
  return out;
}

Status LogLevelControl::set(const Wishes& wishes, std::optional<Timestamp> until,
                            const std::string& by, const std::string& request_id) {
  TRY(changes, changes_of(wishes));
  auto event = event_of(changes);
  event.until = until;
  event.by = by;
  event.request_id = request_id;
  storage::Append append;
  append.tenant = events::installation_tenant();
  append.events.push_back({events::admin_stream(), std::move(event), {}, {}});
  if (!std::holds_alternative<storage::Appended>(storage::append_and_wait(log_, std::move(append))))
    return Error{"not_stored", "it could not be recorded who wants it, so nothing has changed; is "
                               "the disk nearly full?"};
  for (const auto& [part, level] : changes)
    levels_.set(part, level ? std::optional(LogLevels::Said{*level, until}) : std::nullopt);
  return Done{};
}

} // namespace tidemark::app
