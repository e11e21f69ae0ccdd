#include "domain/conversations/agent_flags.hpp"

#include "base/text/joined.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/api/store.hpp"
#include "gateway/consent/routes.hpp"
#include "gateway/consent/statements.hpp"
#include "gateway/outages/planned_end.hpp"
#include "storage/recorded_event.hpp"

#include <map>

// Agents who are switched off in a channel while the service runs. What they write there meets the
// flag at the send gate (domain/consent/send_gate.hpp); opt-outs and answers to the person do not.
namespace tidemark::gateway {
namespace {

constexpr std::size_t agent_bytes_max = 200;

constexpr Schema agent_flag_schema{
    "agent_flag",
    {{text("agent"), text("channel"), boolean("on"), boolean("configured"), time("since"),
      text("by"), text("reason"), nullable(time("planned_end")), boolean("is_over"),
      integer("position")}}};
constexpr Schema flag_set_schema{
    "agent_flag_set",
    {{text("status"), integer("position"), text("agent"), text("channel"), boolean("on")}}};

using FlagName = std::pair<std::string, events::Channel>; ///< agent and channel
struct KeptFlag {
  Position position;
  Timestamp since;
  events::AgentFlagSet said;
};

/// What was said last of each, by the whole history of the tenant's flags.
Result<std::map<FlagName, KeptFlag>> flags_of(const ApiContext& api) {
  std::map<FlagName, KeptFlag> out;
  TRYV(storage::read_under_tag(
      api.ports.log, api.tenant(), storage::stream_tag(events::flags_stream()), {},
      [&](const events::Recorded& recorded) {
        const auto& at = recorded.envelope;
        if (const auto* said = std::get_if<events::AgentFlagSet>(&recorded.event))
          out[{said->agent, said->channel}] = {at.position, at.recorded_at, *said};
      }));
  return out;
}

const events::PlacementRules& placement_of(const ApiContext& api) {
  static const events::PlacementRules none;
  const auto* rules = api.rules();
  return rules ? rules->placement : none;
}

Json agent_flag_json(const ApiContext& api, const KeptFlag& flag) {
  const auto& end = flag.said.planned_end;
  return {{"agent", flag.said.agent},
          {"channel", events::name_of_enum(flag.said.channel)},
          {"on", flag.said.on},
          {"configured", domain::agent_called(placement_of(api), flag.said.agent) != nullptr},
          {"since", to_rfc3339(flag.since)},
          {"by", flag.said.by},
          {"reason", flag.said.reason},
          {"planned_end", end ? Json(to_rfc3339(end->at)) : Json()},
          {"is_over", end && end->at <= api.now()},
          {"position", flag.position.value}};
}

Result<Json> list_agent_flags(const ApiContext& api) {
  TRY(flags, flags_of(api));
  std::vector<KeyedItem> items;
  for (const auto& [name, flag] : flags)
    items.push_back({name.first + '\0' + std::string(events::name_of_enum(name.second)),
                     agent_flag_json(api, flag)});
  return paged(api, std::move(items));
}

/// The name that the flag stands under. One that nobody has would hold nothing back, so it is taken
/// only where somebody says that it is meant.
Result<std::string> agent_in(const ApiContext& api, const Body& body) {
  TRY(unlisted, body.flag("unlisted", {"bad_unlisted", "unlisted is true or false"}));
  TRY(name, body.text("agent", {"bad_agent", "agent is missing: the key of an agent of the "
                                             "configuration, or its user's id in a system"}));
  const auto& placement = placement_of(api);
  if (const auto* agent = domain::agent_called(placement, name))
    return agent->key;
  const auto known = joined(placement.agents, ", ", [](const auto& one) { return one.key; });
  if (!unlisted)
    return Error{"bad_agent", "the configuration has no agent of this name; it has: "
                                  + (known.empty() ? "none" : known)
                                  + ". For the id of a user that it does not name, set unlisted "
                                    "to true (--unlisted)"};
  if (name.size() > agent_bytes_max)
    return Error{"bad_agent", "agent is longer than 200 bytes"};
  return std::move(name);
}

Result<events::Channel> channel_in(const Body& body) {
  const auto channel = channel_named(body.text("channel"));
  if (!channel)
    return Error{"bad_channel", "channel is sms"};
  if (!domain::sends_for_agents(*channel))
    return Error{"bad_channel", "what agents write is sent as sms alone: nothing leaves in this "
                                "channel that could be held back"};
  return *channel;
}

Result<events::AgentFlagSet> flag_in(const ApiContext& api, const Body& body) {
  events::AgentFlagSet out;
  TRY(agent, agent_in(api, body));
  TRY(channel, channel_in(body));
  const Error bad_on{"bad_on", "on is true or false: may the agent write in the channel?"};
  TRY(on, body.flag("on", bad_on));
  TRY(planned, planned_end_in(api, body));
  if (!body["on"].stated())
    return bad_on;
  if (on && planned)
    return Error{"bad_until", "until is when an agent who is switched off is planned to be on "
                              "again: leave it out"};
  out.agent = std::move(agent);
  out.channel = channel;
  out.on = on;
  out.planned_end = planned;
  return out;
}

Result<Json> set_agent_flag(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(flag, flag_in(api, body));
  const auto channel = std::string(events::name_of_enum(flag.channel));
  const auto tag = events::agent_flag_tag(flag.agent, channel);
  TRY(before, storage::newest_under_tag<events::AgentFlagSet>(api.ports.log, api.tenant(), tag));
  if (flag.on && (!before || before->on))
    return Error{"already_so", "the agent is on in this channel already"};
  const auto agent = flag.agent;
  const bool on = flag.on;
  TRY(position,
      store(api,
            {{events::flags_stream(), asked(api, std::move(reason), std::move(flag)), {tag}, {}}}));
  return Json{{"status", "accepted"},
              {"position", position.value},
              {"agent", agent},
              {"channel", channel},
              {"on", on}};
}

constexpr Route agent_flag_rows[] = {
    {"agent_flags", "GET", "/api/v1/flags", Right::read, list_agent_flags,
     &list_of<agent_flag_schema>, "limit after"},
    {"set_agent_flag", "POST", "/api/v1/flags", Right::operate, set_agent_flag, &flag_set_schema,
     "", "agent channel on unlisted until reason", unreadable_so_nothing_stored},
};

} // namespace

constinit const Routes agent_flag_routes = agent_flag_rows;

} // namespace tidemark::gateway
