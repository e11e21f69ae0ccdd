#include "base/contains.hpp"
#include "base/text/joined.hpp"
#include "base/text/pattern.hpp"
#include "base/time_zones.hpp"
#include "config/duration.hpp"
#include "config/sections.hpp"
#include "connectors/shared/custom_fields.hpp"
#include "domain/consent/quiet_rules.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace tidemark::config {
namespace {

constexpr std::string_view unassigned = "UNASSIGNED"; // requirement A1.6

/// Of the states, Washington, D.C., Puerto Rico and the Virgin Islands. With Guam no hour of the
/// day would be left.
const std::vector<std::string> us_zones{
    "America/Puerto_Rico", "America/New_York",    "America/Chicago",   "America/Denver",
    "America/Phoenix",     "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu"};

/// Names of connectors that a rule may use.
struct Targets {
  std::set<std::string> all;
  std::set<std::string> with_lists;     ///< whose systems keep call lists
  std::set<std::string> with_sequences; ///< whose systems keep sequences
  std::map<std::string, std::vector<domain::CustomFieldRule>> custom_fields{}; ///< by name

  void check_name(Section& section, std::string_view key, const std::string& name,
                  const std::string& also = "") const {
    std::vector<std::string> known{also};
    known.insert(known.end(), all.begin(), all.end());
    const auto names = joined(known, ", ");
    section.check(key, all.contains(name), "it names a connector that no tenant has",
                  names.empty() ? "configure a connector first" : "use one of: " + names);
  }

  /// A rule for a system that cannot follow it would do nothing, and say so nowhere.
  void check_keeps(Section& rule, const std::string& name, const std::set<std::string>& able,
                   const std::string& what) const {
    // An unknown name has its own fault.
    rule.check("connector", !all.contains(name) || able.contains(name), "its system has no " + what,
               able.empty() ? "remove the rule; no configured system has any"
                            : "use one of: " + joined(able, ", "));
  }
};

Targets targets_of(const std::vector<TenantConfig>& tenants) {
  Targets out;
  for (const auto& tenant : tenants)
    for (const auto& own : tenant.connectors) {
      const auto& name = own.settings.name.value;
      out.all.insert(name);
      // A type that does not exist has its fault already.
      if (own.connector == nullptr || own.connector->capabilities.keeps_lists)
        out.with_lists.insert(name);
      if (own.connector == nullptr || own.connector->capabilities.keeps_sequences)
        out.with_sequences.insert(name);
      for (const auto& rule : connectors::custom_fields_in(own.settings))
        out.custom_fields[std::string(domain::name_of(rule))].push_back(rule);
    }
  return out;
}

/// The first tag of a disposition that no other brings, as rules about lists compare tags; "" when
/// there is none.
std::string own_tag(const std::vector<events::DispositionTags>& all, std::size_t index) {
  for (const auto& tag : all[index].tags) {
    const auto same = Pattern::ignoring_case(tag);
    const auto brings = [&](const events::DispositionTags& rule) {
      return std::ranges::any_of(rule.tags, [&](const auto& each) { return same->matches(each); });
    };
    if (same && std::ranges::count_if(all, brings) == 1)
      return tag;
  }
  return {};
}

/// `08:00` as minutes after midnight.
std::uint32_t time_of_day(Section& section, std::string_view key) {
  const auto text = section.text(key, "", true);
  std::uint32_t hour = 0, minute = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, hour);
  const bool good = text.size() == 5 && read.ec == std::errc{} && read.ptr == text.data() + 2
                    && *read.ptr == ':' && std::from_chars(read.ptr + 1, end, minute).ptr == end
                    && hour < 24 && minute < 60;
  section.check(key, good || text.empty(), "it is no time of day", "write it like 08:00");
  return good ? hour * 60 + minute : 0;
}

/// A day of the calendar, as 2026-12-25.
bool is_date(const std::string& text) {
  return from_rfc3339(text + "T00:00:00Z").has_value();
}

std::optional<events::SendPacing> send_pacing(Section& sending) {
  constexpr std::uint32_t week_of_minutes = 7 * 24 * 60;
  events::SendPacing out;
  out.per_week = sending.integer("per_week", 0, 0, 1000);
  out.cool_down_minutes = sending.integer("cool_down_minutes", 0, 0, week_of_minutes);
  out.holidays = sending.list("holidays");
  const auto wrong = std::ranges::find_if_not(out.holidays, is_date);
  if (wrong != out.holidays.end())
    sending.check("holidays", false, "\"" + *wrong + "\" is no date", "write each like 2026-12-25");
  const bool any = out.per_week > 0 || out.cool_down_minutes > 0 || !out.holidays.empty();
  return any ? std::optional(std::move(out)) : std::nullopt;
}

/// Where people may be whose time zone nobody knows.
std::vector<std::string> zones_of_anybody(Section& sending) {
  auto zones = sending.list("zones", us_zones);
  sending.check("zones", !zones.empty(), "it is empty",
                "write where people may be whose zone is not known");
  for (const auto& zone : zones)
    sending.check("zones", utc_offset(zone, Timestamp{}).has_value(),
                  "it has a name that the machine's time zone database does not know",
                  "use names such as America/New_York");
  return zones;
}

events::SendLimits send_limits(Section sending) {
  events::SendLimits out;
  const auto table = sending.text("quiet_hours", "table");
  sending.check("quiet_hours", table == "table" || table == "off", "it is neither table nor off",
                "write off to send at any hour, or leave it away");
  if (table != "off")
    out.table = events::QuietTable{std::string(domain::quiet_table)};
  out.per_day = sending.integer("per_day", 0, 0, 1000);
  out.pacing = send_pacing(sending);
  const bool holidays = out.pacing && !out.pacing->holidays.empty();
  const bool zones = sending.has("zones");
  if (sending.has("from") || sending.has("until") || (zones && !holidays)) {
    out.from = time_of_day(sending, "from");
    out.until = time_of_day(sending, "until");
    sending.check("until", out.from != out.until || out.from == 0, "it is the same time as from",
                  "write when sending ends");
    out.zones = zones_of_anybody(sending);
  } else if (zones) {
    out.zones = zones_of_anybody(sending);
  }
  sending.refuse_unknown_keys();
  return out;
}

ConnectorName connector(Section& one, const Targets& targets) {
  const auto name = one.text("connector", "", true);
  one.check("connector", name.empty() || targets.all.contains(name),
            "it names a connector that no tenant has", "write the name of a configured connector");
  return ConnectorName(name);
}

/// `match` as it is written; a fault when there is no such way.
events::TagMatch match(Section& one) {
  const auto& names = events::EnumNames<events::TagMatch>::names;
  const auto at = std::ranges::find(names, one.text("match", "ignore_case"));
  const bool known = one.check("match", at != names.end(), "it is no way to compare",
                               "write ignore_case, exact or regex");
  return known ? static_cast<events::TagMatch>(at - names.begin()) : events::TagMatch::ignore_case;
}

/// What `match` makes of the text at the key can be used.
void check_pattern(Section& one, std::string_view key, const std::string& text,
                   events::TagMatch match) {
  const auto pattern =
      match == events::TagMatch::regex ? Pattern::compile(text) : Pattern::ignoring_case(text);
  if (!pattern)
    one.fault(key, "it cannot be used: " + pattern.error().text,
              "write a regular expression that RE2 takes, of at most 200 bytes");
}

events::TagList tag_list(Section& one, const Targets& targets) {
  events::TagList out;
  out.tag = one.text("tag", "", true);
  out.match = match(one);
  check_pattern(one, "tag", out.tag, out.match);
  out.connector = connector(one, targets);
  targets.check_keeps(one, out.connector.value, targets.with_lists, "call lists");
  out.list = one.text("list", "", true);
  one.refuse_unknown_keys();
  return out;
}

events::StageRule stage_rule(Section& one, const Targets& targets) {
  events::StageRule out;
  out.pipeline = one.text("pipeline");
  out.stage = one.text("stage");
  out.match = match(one);
  check_pattern(one, "stage", out.stage, out.match);
  out.status = one.text("status");
  one.check("stage", !out.pipeline.empty() || !out.stage.empty() || !out.status.empty(),
            "nothing says which opportunities it is for", "write stage, pipeline or status");
  out.connector = connector(one, targets);
  out.list = one.text("list");
  out.sequence = one.text("sequence");
  one.check("list", !out.list.empty() || !out.sequence.empty(), "it puts nobody anywhere",
            "write list or sequence");
  if (!out.list.empty())
    targets.check_keeps(one, out.connector.value, targets.with_lists, "call lists");
  if (!out.sequence.empty())
    targets.check_keeps(one, out.connector.value, targets.with_sequences, "sequences");
  one.refuse_unknown_keys();
  return out;
}

events::StatusSequence sequence(Section& one, const Targets& targets) {
  events::StatusSequence out;
  out.status = one.text("status", "", true);
  out.connector = connector(one, targets);
  targets.check_keeps(one, out.connector.value, targets.with_sequences, "sequences");
  out.sequence = one.text("sequence");
  one.check("sequence", !out.sequence.empty() || one.boolean("optional", false), "it is empty",
            "write the sequence's id, or optional = true for a status that begins none");
  one.expect("optional");
  one.refuse_unknown_keys();
  return out;
}

class SyncReader {
public:
  SyncReader(Section section, const std::vector<TenantConfig>& tenants)
      : section_(std::move(section)), targets_(targets_of(tenants)) {}

  SyncConfig read() {
    SyncConfig sync;
    sync.source_of_truth = section_.text("source_of_truth", "merge");
    if (sync.source_of_truth != "merge")
      targets_.check_name(section_, "source_of_truth", sync.source_of_truth, "merge");
    sync.precedence = connectors_at(section_, "precedence");
    sync.field_writers = field_writers(section_.at("fields"));
    sync.conversation.call_tags = section_.boolean("call_tags", false);
    sync.conversation.outcome_tags = outcome_tags();
    sync.conversation.dispositions = dispositions();
    auto replies = section_.at("replies");
    sync.conversation.opt_out_confirmation = replies.text("opt_out_confirmation");
    sync.conversation.help = replies.text("help");
    replies.refuse_unknown_keys();
    sync.conversation.limits = send_limits(section_.at("sending"));
    sync.parking_timeout = parking_timeout();
    sync.manual_edits = manual_edits();
    sync.placement = placement();
    section_.refuse_unknown_keys();
    return sync;
  }

private:
  std::vector<ConnectorName> connectors_at(Section& section, std::string_view key) const {
    std::vector<ConnectorName> out;
    for (const auto& name : section.list(key)) {
      targets_.check_name(section, key, name);
      section.check(key, !contains(out, ConnectorName(name)), "it names a connector twice",
                    "name each once");
      out.emplace_back(name);
    }
    return out;
  }

  std::map<std::string, std::vector<ConnectorName>> field_writers(Section fields) const {
    std::map<std::string, std::vector<ConnectorName>> out;
    for (const auto field : events::field_names) {
      const std::string name(field);
      // Asked for in any case, so that a misspelt field finds its neighbour; shown only when set.
      fields.expect(name);
      if (!fields.has(name))
        continue;
      const auto faults_before = fields.faults();
      out[name] = connectors_at(fields, name);
      // Nobody at all would leave the field empty everywhere.
      fields.check(name, !out[name].empty() || fields.faults() > faults_before,
                   "it is empty: nobody could write the field",
                   "name the connectors that may, or remove the line for everyone");
    }
    fields.refuse_unknown_keys();
    return out;
  }

  std::optional<events::OutcomeTags> outcome_tags() {
    const events::OutcomeTags out{section_.boolean("disposition_tags", false),
                                  section_.boolean("summary_tags", false)};
    return out.dispositions || out.summaries ? std::optional(out) : std::nullopt;
  }

  std::optional<events::LeadRules> leads() {
    events::LeadRules out;
    for (auto& one : section_.each("stages"))
      out.stages.push_back(stage_rule(one, targets_));
    out.new_contacts_list = section_.text("new_contacts_list");
    section_.check("new_contacts_list",
                   out.new_contacts_list.empty() || !targets_.with_lists.empty(),
                   "no configured system keeps call lists", "remove it");
    const bool any = !out.stages.empty() || !out.new_contacts_list.empty();
    return any ? std::optional(std::move(out)) : std::nullopt;
  }

  std::vector<events::DispositionTags> dispositions() {
    std::vector<events::DispositionTags> out;
    auto sections = section_.each("dispositions");
    for (auto& one : sections) {
      out.push_back({one.text("disposition", "", true), one.list("tags"), set_fields(one)});
      one.check("tags", !out.back().tags.empty() || (one.has("set") && !one.has("lists")),
                "it is empty", "write the tags that the disposition brings");
    }
    for (std::size_t i = 0; i < sections.size(); ++i) {
      disposition_lists(sections[i], out, i);
      sections[i].refuse_unknown_keys();
    }
    return out;
  }

  std::optional<events::DispositionFields> set_fields(Section& one) const {
    one.expect("set");
    if (!one.has("set"))
      return std::nullopt;
    events::DispositionFields out;
    for (const auto& [name, value] : one.texts("set")) {
      const auto rules = targets_.custom_fields.find(name);
      if (!one.check("set", rules != targets_.custom_fields.end(),
                     "no connector has a custom field '" + name + "'",
                     "write a name of [[tenants.connectors.custom_fields]]"))
        continue;
      for (const auto& rule : rules->second) {
        const auto fit = domain::fitting(rule, value);
        one.check("set", fit.has_value(), "the value of '" + name + "' does not fit the field",
                  "write one of its type and, of a choice, of its options");
        out.values.emplace(name, fit.value_or(value));
      }
    }
    return out;
  }

  /// The lists of one disposition are those of a tag that only it brings: of two that shared the
  /// tag, the one would put contacts on the lists of the other.
  void disposition_lists(Section& one, const std::vector<events::DispositionTags>& all,
                         std::size_t index) {
    const auto lists = one.list("lists");
    if (lists.empty()) {
      one.check("connector", !one.has("connector"), "there are no lists",
                "write lists = [\"...\"] or leave it out");
      one.expect("connector");
      return;
    }
    const auto connector = one.text("connector", "", true);
    if (!connector.empty())
      targets_.check_name(one, "connector", connector);
    targets_.check_keeps(one, connector, targets_.with_lists, "call lists");
    const auto tag = own_tag(all, index);
    one.check("lists", !tag.empty() || all[index].tags.empty(),
              "no tag of at most 200 bytes is the disposition's alone, to put on them",
              "give it a tag that no other disposition brings");
    for (const auto& list : lists)
      disposition_lists_.push_back(
          {tag, events::TagMatch::ignore_case, ConnectorName(connector), list});
  }

  std::chrono::seconds parking_timeout() {
    const auto out =
        read_duration(section_.text("parking_timeout", "24h"), std::chrono::seconds{1});
    section_.check("parking_timeout", out.has_value(), "it is no time between a second and a year",
                   "write seconds, minutes, hours or days, such as 90m, 24h or 7d");
    return out.value_or(std::chrono::seconds{});
  }

  events::ManualEditRules manual_edits() {
    events::ManualEditRules out{section_.boolean("preserve_manual_edits", false),
                                section_.list("protected_fields")};
    for (const auto& name : out.fields)
      section_.check("protected_fields", events::field_named(name).has_value(),
                     "an entry is no contact field",
                     "use first_name, last_name, phone, email, company and so on, as in "
                     "[sync.fields]");
    return out;
  }

  events::PlacementRules placement() {
    events::PlacementRules out;
    out.default_agent = section_.text("default_agent", unassigned);
    section_.check("default_agent", !out.default_agent.empty(), "it is empty",
                   "write the key for contacts of no agent");
    for (auto& one : section_.each("tag_lists"))
      out.tag_lists.push_back(tag_list(one, targets_));
    for (auto& one : section_.each("agents"))
      out.agents.push_back(agent(one));
    for (auto& one : section_.each("sequences"))
      out.sequences.push_back(sequence(one, targets_));
    out.leads = leads();
    out.tag_lists.insert(out.tag_lists.end(), disposition_lists_.begin(), disposition_lists_.end());
    return out;
  }

  events::Agent agent(Section& one) {
    events::Agent out;
    out.key = one.text("key", "", true);
    one.check("key", out.key.empty() || agents_.insert(out.key).second,
              "another agent has the same key", "give each agent its own");
    out.owners = one.list("owner");
    out.field = one.text("field");
    out.tag = one.text("tag");
    out.user = one.text("user");
    one.check("owner", !out.owners.empty() || !out.field.empty() || !out.tag.empty(),
              "nothing says which contacts are the agent's", "write owner, field or tag");
    one.refuse_unknown_keys();
    return out;
  }

  Section section_;
  Targets targets_;
  std::set<std::string> agents_;                   ///< keys so far
  std::vector<events::TagList> disposition_lists_; ///< list rules that dispositions call for
};

} // namespace

SyncConfig read_sync(Section sync, const std::vector<TenantConfig>& tenants) {
  return SyncReader(std::move(sync), tenants).read();
}

} // namespace tidemark::config
