#include "replay-tools/upkeep/findings.hpp"

#include "projections/consent/opt_out_view.hpp"
#include "projections/delivery/delivery_states.hpp"
#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "replay-tools/applied_config.hpp"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <set>

namespace tidemark::tools {
namespace {

constexpr std::size_t addresses_together = 500;
constexpr std::chrono::minutes on_its_way{5};

/// Both halves of the table `mappings` (projections/contacts/mappings.hpp).
struct MappingRows {
  using Record = std::pair<std::string, std::string>; ///< connector and hash
  std::map<Record, std::set<std::string>> given_to;   ///< contacts whose card ever had it
  std::set<std::pair<std::string, Record>> lists;     ///< what the contacts' own rows say
  std::set<Record> there;                             ///< records that are known to exist
};

void take_mapping(MappingRows& rows, const std::vector<std::string_view>& parts) {
  const auto text = [&](std::size_t i) { return std::string(parts[i]); };
  if (parts.size() == 6 && parts[0] == "record" && parts[3] == "seen")
    rows.given_to[{text(1), text(2)}].insert(text(4));
  else if (parts.size() == 4 && parts[0] == "record" && parts[3] == "id")
    rows.there.insert({text(1), text(2)});
  else if (parts.size() == 4 && parts[0] == "contact")
    rows.lists.insert({text(1), {text(2), text(3)}});
}

} // namespace

Result<CheckFinding> check_mappings(const projections::Scan& scan, const TenantId& tenant) {
  MappingRows rows;
  TRYV(scan("mappings", projections::row_key(tenant, {}), {}, [&](auto key, auto) {
    take_mapping(rows, projections::key_parts(key));
    return true;
  }));
  CheckFinding out{.part = "mappings",
                   .of = "mappings",
                   .todo = "tidemark rebuild mappings, then tidemark mappings repair"};
  for (const auto& [record, contacts] : rows.given_to)
    for (const auto& contact : contacts) {
      ++out.looked_at;
      if (!rows.lists.contains({contact, record}))
        out.add(fmt::format("record {} of {}: contact {} does not list it", record.second,
                            record.first, contact));
    }
  for (const auto& [contact, record] : rows.lists) {
    const auto known = rows.given_to.find(record);
    if (known == rows.given_to.end() || !known->second.contains(contact))
      out.add(fmt::format("contact {} lists record {} of {}, which was never given to it", contact,
                          record.second, record.first));
  }
  for (const auto& record : rows.there)
    if (!rows.given_to.contains(record))
      out.add(fmt::format("record {} of {} is there and is nobody's", record.second, record.first));
  return out;
}

namespace {

struct OpenIntents {
  std::map<std::string, std::pair<ConnectorName, Position>> open;
  std::uint64_t all = 0;

  void take(const events::Recorded& at) {
    const auto open_it = [&](const auto& e) {
      ++all;
      open.insert_or_assign(e.delivery.value, std::pair(e.target, at.envelope.position));
    };
    if (const auto* values = std::get_if<events::DeliveryIntended>(&at.event))
      open_it(*values);
    else if (const auto* action = std::get_if<events::ActionIntended>(&at.event))
      open_it(*action);
    else if (const auto fact = projections::delivery_fact(at.event);
             fact && fact->state != "retrying" && fact->state != "unknown")
      open.erase(std::string(fact->delivery));
  }
  static bool wants(std::string_view type) {
    return type == events::DeliveryIntended::name || type == events::ActionIntended::name
           || projections::concludes_delivery(type);
  }
};

} // namespace

Result<CheckFinding> check_intents(const storage::LogStore& log, const TenantId& tenant) {
  OpenIntents intents;
  const auto read =
      storage::read_each(log, {}, SIZE_MAX, [&](std::string_view record) -> Result<bool> {
        TRY(header, events::read_header(record));
        if (header.tenant == tenant.value && OpenIntents::wants(header.type)) {
          TRY(view, events::read_record(record, false));
          TRY(event, events::decode(header.type, view.payload));
          intents.take({std::move(view.envelope), std::move(event)});
        }
        return true;
      });
  if (!read)
    return read.error();
  TRY(config, applied_config(log, tenant));
  std::set<ConnectorName> written_to;
  for (const auto& one : config.connectors)
    if (one.receives)
      written_to.insert(one.connector);
  CheckFinding out{
      .part = "intents",
      .looked_at = intents.all,
      .of = "intents",
      .todo = "configure the system again, or end them: POST /api/v1/actions with what purge "
              "and the target (docs/deliveries.md)"};
  for (const auto& [delivery, place] : intents.open)
    if (!written_to.contains(place.first))
      out.add(fmt::format("delivery {} at position {}: nothing is sent to {} any more", delivery,
                          place.second.value, place.first.value));
  return out;
}

namespace {

/// Does the system hold what stands, as far as is known?
bool is_held(const projections::PropagationView& told) {
  return told.confirmed.value > 0 || told.read_back || told.mark.value > 0
         || told.done_by_hand.value > 0 || told.forwarded.value > 0;
}

void look_at(CheckFinding& out, const projections::AddressView& address, Timestamp now) {
  for (const auto& told : address.propagation) {
    if (told.action != "opt_out" || told.lifted.value > 0)
      continue;
    ++out.looked_at;
    const bool waits_for_hand =
        told.by_hand && told.mark.value == 0 && told.done_by_hand.value == 0;
    if ((is_held(told) && !waits_for_hand) || now - told.since < on_its_way)
      continue;
    out.add(fmt::format("{}: {} ({}), intended at position {}", address.hash, told.target.value,
                        waits_for_hand ? std::string("its mark is to be set by hand") : told.state,
                        told.intended.value));
  }
}

} // namespace

Result<CheckFinding> check_opt_outs(const projections::Scan& scan, const TenantId& tenant,
                                    Timestamp now) {
  CheckFinding out{.part = "opt_outs",
                   .of = "opt-outs at systems",
                   .todo = "tidemark audit opt-outs --all, opt-outs by-hand, reconcile"};
  std::string after;
  do {
    TRY(page, projections::opt_out_addresses(scan, tenant, after, addresses_together));
    for (const auto& hash : page.items) {
      TRY(address, projections::opt_outs_of(scan, tenant, hash));
      look_at(out, address, now);
    }
    after = page.next;
  } while (!after.empty());
  return out;
}

} // namespace tidemark::tools
