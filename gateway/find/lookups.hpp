#pragma once
#include "gateway/api/context.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::gateway {

/// Something that an id names.
struct FoundThing {
  std::string kind; ///< event, webhook, request, contact, phone, email, record, delivery ...
  std::string id;   ///< shown as the caller may see it
  std::string text; ///< how it stands
  std::string command;
  Position position{}; ///< where its newest event stands, 0 when it has none
};
using FoundThings = std::vector<FoundThing>;

/// One way to read an id.
struct IdLookup {
  std::string_view tried; ///< what was looked for, for people
  /// Can it be one? Where not, nothing was tried.
  bool (*may_be)(const ApiContext& api, std::string_view id);
  Status (*look)(const ApiContext& api, const std::string& id, FoundThings& found);
};

/// Each costs a few look-ups, however long the log is.
std::span<const IdLookup> id_lookups();

/// Looks through the newest events for a request's or vendor's delivery id: those of before this
/// version are under no tag. Gives how many it looked at.
Result<std::uint64_t> look_through_events(const ApiContext& api, const std::string& id,
                                          FoundThings& found);

/// The command, for the tenant where there are several.
std::string command_for(const ApiContext& api, std::string_view command);
/// An event as what it is; nothing when it is another tenant's.
Status add_event(const ApiContext& api, Position at, FoundThings& found);

} // namespace tidemark::gateway
