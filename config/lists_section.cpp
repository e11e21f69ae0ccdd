#include "config/lists_section.hpp"

#include "base/text/joined.hpp"
#include "base/text/pattern.hpp"

#include <algorithm>

namespace tidemark::config {
namespace {

constexpr std::string_view unassigned = "UNASSIGNED"; // requirement A1.6

/// A rule for a system that cannot follow it would do nothing, and say so nowhere.
void check_keeps(Section& rule, const std::string& name, const PlacementTargets& targets,
                 const std::set<std::string>& able, std::string_view what) {
  if (!targets.all.contains(name) || able.contains(name))
    return; // an unknown name has its own fault
  rule.fault("connector", "its system has no " + std::string(what),
             able.empty() ? "remove the rule; no configured system has any"
                          : "use one of: " + joined(able, ", "));
}

class PlacementReader {
public:
  PlacementReader(Section& sync, const PlacementTargets& targets, Loading& loading)
      : sync_(sync), targets_(targets), loading_(loading) {}

  events::PlacementRules read() {
    events::PlacementRules out;
    out.default_agent = sync_.text("default_agent", std::string(unassigned));
    if (out.default_agent.empty())
      sync_.fault("default_agent", "it is empty", "write the key for contacts of no agent");
    each("tag_lists", [&](Section& one) { out.tag_lists.push_back(tag_list(one)); });
    each("agents", [&](Section& one) { out.agents.push_back(agent(one)); });
    each("sequences", [&](Section& one) { out.sequences.push_back(sequence(one)); });
    return out;
  }

private:
  template <class Read>
  void each(std::string_view key, Read&& read) {
    const auto tables = sync_.tables(key);
    for (std::size_t i = 0; i < tables.size(); ++i) {
      Section one(loading_, tables[i],
                  "sync." + std::string(key) + "[" + std::to_string(i + 1) + "]");
      read(one);
      one.refuse_unknown_keys();
    }
  }

  ConnectorName connector(Section& one) const {
    const auto name = one.text("connector", "", true);
    if (!name.empty() && !targets_.all.contains(name))
      one.fault("connector", "it names a connector that no tenant has",
                "write the name of a configured connector");
    return ConnectorName(name);
  }

  events::TagList tag_list(Section& one) const {
    events::TagList out;
    out.tag = one.text("tag", "", true);
    const auto match = one.text("match", "ignore_case");
    const auto& names = events::EnumNames<events::TagMatch>::names;
    const auto at = std::ranges::find(names, match);
    if (at == names.end())
      one.fault("match", "it is no way to compare tags", "write ignore_case, exact or regex");
    else
      out.match = static_cast<events::TagMatch>(at - names.begin());
    const auto pattern = out.match == events::TagMatch::regex ? Pattern::compile(out.tag)
                                                              : Pattern::ignoring_case(out.tag);
    if (!pattern)
      one.fault("tag", "it cannot be used: " + pattern.error().text,
                "write a regular expression that RE2 takes, of at most 200 bytes");
    out.connector = connector(one);
    check_list_target(one, out.connector.value, targets_);
    out.list = one.text("list", "", true);
    return out;
  }

  events::Agent agent(Section& one) {
    events::Agent out;
    out.key = one.text("key", "", true);
    if (!out.key.empty() && !keys_.insert(out.key).second)
      one.fault("key", "another agent has the same key", "give each agent its own");
    out.owners = one.list("owner", {});
    out.field = one.text("field", "");
    out.tag = one.text("tag", "");
    out.user = one.text("user", "");
    if (out.owners.empty() && out.field.empty() && out.tag.empty())
      one.fault("owner", "nothing says which contacts are the agent's",
                "write owner, field or tag");
    return out;
  }

  events::StatusSequence sequence(Section& one) const {
    events::StatusSequence out;
    out.status = one.text("status", "", true);
    out.connector = connector(one);
    check_keeps(one, out.connector.value, targets_, targets_.with_sequences, "sequences");
    out.sequence = one.text("sequence", "");
    if (out.sequence.empty() && !one.boolean("optional", false))
      one.fault("sequence", "it is empty",
                "write the sequence's id, or optional = true for a status that begins none");
    one.expect("optional");
    return out;
  }

  Section& sync_;
  const PlacementTargets& targets_;
  Loading& loading_;
  std::set<std::string> keys_;
};

} // namespace

void check_list_target(Section& rule, const std::string& name, const PlacementTargets& targets) {
  check_keeps(rule, name, targets, targets.with_lists, "call lists");
}

events::PlacementRules read_placement(Section& sync, const PlacementTargets& targets,
                                      Loading& loading) {
  return PlacementReader(sync, targets, loading).read();
}

} // namespace tidemark::config
