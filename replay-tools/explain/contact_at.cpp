#include "replay-tools/explain/contact_at.hpp"

#include "base/secret.hpp"
#include "base/text/whole_number.hpp"
#include "domain/contacts/contact_facts.hpp"
#include "domain/evolve.hpp"
#include "events/format/tags.hpp"
#include "replay-tools/contact_key.hpp"
#include "replay-tools/output.hpp"
#include "storage/recorded_event.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

Result<Timestamp> recorded_at(const storage::LogStore& log, Position position) {
  TRY(event, storage::recorded_event(log, position));
  return event.envelope.recorded_at;
}

struct Shown {
  bool reveal = false;

  std::string text(const domain::Fact& fact) const {
    return reveal || !fact.field ? fact.text : masked_text(fact.text);
  }
  std::string text(const std::optional<domain::Fact>& fact) const {
    return fact ? text(*fact) : std::string("-");
  }
  std::string record(const domain::FactKey& key) const {
    const auto& id = key.record.value;
    return reveal || id.empty() ? id : masked_text(id);
  }
  std::string line(const domain::FactKey& key) const {
    auto out = fmt::format("{:<13}", domain::name_of(key.kind));
    for (const auto& part : {key.system.value, record(key), key.name})
      if (!part.empty())
        out += " " + part;
    if (key.address != AddressHash{})
      out += " of address " + to_hex(key.address).substr(0, 8);
    return out;
  }
  Json key(const domain::FactKey& key) const {
    return {{"kind", domain::name_of(key.kind)},
            {"system", key.system.value.empty() ? Json() : Json(key.system.value)},
            {"record", key.record.value.empty() ? Json() : Json(record(key))},
            {"name", key.name.empty() ? Json() : Json(key.name)},
            {"address_hash", key.address == AddressHash{} ? Json() : Json(to_hex(key.address))}};
  }
};

void show_facts(Format format, const Shown& shown, const domain::ContactFacts& facts) {
  for (const auto& [key, fact] : facts) {
    auto json = shown.key(key);
    json["text"] = shown.text(fact);
    print(format, json, shown.line(key) + ": " + shown.text(fact));
  }
}

void show_changes(Format format, const Shown& shown, const std::vector<domain::FactChange>& all) {
  for (const auto& change : all) {
    auto json = shown.key(change.key);
    json["before"] = change.before ? Json(shown.text(*change.before)) : Json();
    json["after"] = change.after ? Json(shown.text(*change.after)) : Json();
    // Two values that differ may look alike where they are masked.
    print(format, json,
          shown.line(change.key) + ": " + shown.text(change.before) + " -> "
              + shown.text(change.after));
  }
}

} // namespace

Result<ContactAt> contact_at(const storage::LogStore& log, const TenantId& tenant,
                             const ContactId& id, Position at) {
  ContactAt out;
  TRYV(storage::read_under_tag(
      log, tenant, events::contact_tag(id), {}, [&](const events::Recorded& recorded) {
        if (recorded.envelope.position > at)
          return;
        domain::evolve(out.contact, recorded.event, recorded.envelope.recorded_at);
        out.last = recorded.envelope.position;
      }));
  return out;
}

Result<Position> position_at(const storage::LogStore& log, const std::string& text) {
  const auto end = log.durable();
  if (const auto number = whole_number<std::uint64_t>(text)) {
    if (*number == 0 || *number > end.value)
      return Error{"bad_usage",
                   fmt::format("there is no position {}: the log has 1 to {}", *number, end.value)};
    return Position{*number};
  }
  const auto time = from_rfc3339(text);
  if (!time)
    return Error{"bad_usage", "\"" + text
                                  + "\" is neither a position nor a time with its zone, "
                                    "such as 2026-09-01T15:04:05Z"};
  TRY(at, storage::position_at(log, *time));
  if (at.value == 0)
    return Error{"bad_usage", "nothing had been recorded by " + text};
  if (at == end) {
    TRY(last, recorded_at(log, end));
    if (*time > last + std::chrono::hours(24))
      warn("the log ends at " + to_rfc3339(last) + ", before the time that was asked for");
  }
  return at;
}

Result<int> show_contact_at(DataFolder& folder, const CommonOptions& common,
                            const ExplainOptions& options, const RevealOptions& reveal) {
  const auto& log = folder.log();
  TRY(tenant, tenant_of(common, log));
  TRY(hasher, folder.hasher());
  TRY(named, contacts_named(log, hasher, tenant, options.contact, default_region_of(log, tenant)));
  const auto& id = named.front();
  for (std::size_t other = 1; other < named.size(); ++other)
    warn("the address is also of the contact " + named[other].value);
  const Shown shown{reveal.reveal};
  const bool diff = !options.diff.empty();
  TRY(from, position_at(log, diff ? options.diff.front() : options.at));
  TRY(then, contact_at(log, tenant, id, from));
  TRY(from_time, recorded_at(log, from));
  if (!diff) {
    const auto facts = domain::facts_of(then.contact);
    show_facts(common.format, shown, facts);
    print_summary(common.format,
                  {{"contact", id.value},
                   {"position", from.value},
                   {"at", to_rfc3339(from_time)},
                   {"last_event", then.last.value == 0 ? Json() : Json(then.last.value)},
                   {"facts", facts.size()}},
                  then.last.value == 0
                      ? fmt::format("Nothing was known of {} at position {} ({}).", id.value,
                                    from.value, to_rfc3339(from_time))
                      : fmt::format("{} as of position {} ({}); its last event before is {}.",
                                    id.value, from.value, to_rfc3339(from_time), then.last.value));
    return exit_code::done;
  }
  TRY(to, position_at(log, options.diff.back()));
  if (to < from)
    return Error{"bad_usage", "--diff takes the earlier place first"};
  TRY(later, contact_at(log, tenant, id, to));
  const auto changes =
      domain::changes_between(domain::facts_of(then.contact), domain::facts_of(later.contact));
  show_changes(common.format, shown, changes);
  print_summary(
      common.format,
      {{"contact", id.value}, {"from", from.value}, {"to", to.value}, {"changes", changes.size()}},
      fmt::format("{}: {} changes from position {} to {}.", id.value, changes.size(), from.value,
                  to.value));
  return exit_code::done;
}

} // namespace tidemark::tools
