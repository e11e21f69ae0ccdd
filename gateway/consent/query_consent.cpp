#include "events/format/tags.hpp"
#include "events/reasons.hpp"
#include "gateway/api/cursor.hpp"
#include "gateway/api/query.hpp"
#include "gateway/operations/alerts.hpp"
#include "projections/consent/opt_out_json.hpp"
#include "projections/sync/conflict_view.hpp"

#include <nlohmann/json.hpp>

namespace tidemark::gateway {

Result<Address> Query::address(std::string_view text) const {
  auto found = read_address(text, options_.default_region(caller_.tenant));
  if (found)
    return std::move(*found);
  return Error{"bad_address", "this is neither a phone number in any usual form nor an e-mail "
                              "address; write for example %2B12025550142"};
}

std::string Query::hash_of(const Address& address) const {
  const auto& tenant = caller_.tenant;
  return to_hex(address.kind == events::Field::email
                    ? events::email_hash(ports_.hasher, tenant, address.value)
                    : events::phone_hash(ports_.hasher, tenant, address.value));
}

/// `known` is the address when the caller or the contact names it: events may hold its hash only.
Query::Outcome Query::address_json(std::string_view hash, const std::string& known) const {
  TRY(view, projections::opt_outs_of(scan_, caller_.tenant, hash));
  const auto& full = known.empty() ? view.address : known;
  if (view.history.empty() && full.find('@') != std::string::npos)
    view.kind = events::Field::email;
  return projections::opt_out_json(view, shown(events::name_of(view.kind), full),
                                   ports_.clock.now());
}

Query::Outcome Query::opt_outs() const {
  Json items = Json::array();
  Json next;
  if (request_.target.has("address")) { // an empty one is no wish for everybody's
    TRY(one, address(param("address")));
    TRY(item, address_json(hash_of(one), one.value));
    items.push_back(std::move(item));
  } else {
    const auto count = limit();
    const auto after = read_cursor(CursorKind::address, param("after"));
    if (!count || !after)
      return count ? after.error() : count.error();
    TRY(page, projections::opt_out_addresses(scan_, caller_.tenant, *after, count.value()));
    for (const auto& hash : page.items) {
      TRY(item, address_json(hash, ""));
      items.push_back(std::move(item));
    }
    if (!page.next.empty())
      next = page.next;
  }
  return Json{{"items", std::move(items)}, {"next", std::move(next)}};
}

Query::Outcome Query::opt_out_history() const {
  TRY(one, address(request_.target.segments[3]));
  TRY(view, projections::opt_outs_of(scan_, caller_.tenant, hash_of(one)));
  Json items = Json::array();
  for (const auto& statement : view.history)
    items.push_back(projections::statement_json(statement));
  return Json{{"items", std::move(items)}, {"next", nullptr}};
}

/// Of every address on the contact's card; an address that nobody spoke about is left out.
Query::Outcome Query::opt_outs_json(const projections::ContactView& contact) const {
  std::map<std::string, std::string> known; // hash to address
  const auto learn = [&](events::Field kind, std::string_view value) {
    if (const auto one = read_address(value, options_.default_region(caller_.tenant));
        one && one->kind == kind)
      known[hash_of(*one)] = one->value;
  };
  for (const auto kind : {events::Field::phone, events::Field::email}) {
    if (const auto merged = contact.fields.find(kind); merged != contact.fields.end())
      learn(kind, merged->second.value);
    for (const auto& record : contact.records)
      learn(kind, record.fields.get(kind));
  }
  Json items = Json::array();
  for (const auto* hashes : {&contact.phones, &contact.emails})
    for (const auto& hash : *hashes) {
      TRY(view, projections::opt_outs_of(scan_, caller_.tenant, hash));
      if (view.history.empty())
        continue;
      TRY(item, address_json(hash, known[hash]));
      items.push_back(std::move(item));
    }
  return items;
}

// ---- reviews

nlohmann::ordered_json Query::review_json(const projections::ReviewView& review) const {
  const auto reason = explain_reason(review.reason_code);
  Json out{{"id", std::to_string(review.position.value)},
           {"position", review.position.value},
           {"kind", review.kind},
           {"open", review.open},
           {"at", to_rfc3339(review.at)},
           {"reason_code", review.reason_code},
           {"text", reason.text},
           {"next_step", review.open ? Json(reason.next_step) : Json()}};
  if (review.kind == "identity") {
    out["contacts"] = {review.contact.value, review.other.value};
    out["matched"] = review.matched;
    return out;
  }
  out["address"] =
      review.address.empty() ? Json() : Json(shown(events::name_of(review.field), review.address));
  out["channels"] = review.channels;
  out["source"] = review.source.value;
  out["rule"] = review.rule;
  out["decision"] = review.decision.empty() ? Json() : Json(review.decision);
  out["by"] = review.by.empty() ? Json() : Json(review.by);
  out["decided"] = review.decided == Position{} ? Json() : Json(review.decided.value);
  return out;
}

Query::Outcome Query::reviews() const {
  const auto count = limit();
  const auto after = position(param("after"));
  if (!count || !after)
    return count ? after.error() : count.error();
  const auto state = param("state");
  if (!state.empty() && state != "open" && state != "all")
    return Error{"bad_state", "state is open, as when it is left out, or all"};
  TRY(page, projections::reviews_page(scan_, caller_.tenant, state != "all", after.value(),
                                      count.value()));
  Json items = Json::array();
  for (const auto& review : page.items)
    items.push_back(review_json(review));
  return Json{{"items", std::move(items)}, {"next", page.next.empty() ? Json() : Json(page.next)}};
}

Query::Outcome Query::reviews_json(const projections::ContactView& contact) const {
  Json items = Json::array();
  const auto add = [&](std::string_view kind, const std::string& key) -> Status {
    TRY(found, projections::reviews_of(scan_, caller_.tenant, kind, key));
    for (const auto& review : found)
      if (review.open)
        items.push_back(review_json(review));
    return Done{};
  };
  TRYV(add("contact", contact.id.value));
  for (const auto* hashes : {&contact.phones, &contact.emails})
    for (const auto& hash : *hashes)
      if (const auto status = add("address", hash); !status)
        return status.error();
  return items;
}

// ---- conflicts and alerts

Query::Outcome Query::conflicts() const {
  TRY(count, limit());
  TRY(page,
      projections::conflicts_page(scan_, caller_.tenant, ContactId(std::string(param("contact"))),
                                  param("after"), count));
  Json items = Json::array();
  for (const auto& conflict : page.items) {
    Json values = Json::object();
    for (const auto& [connector, value] : conflict.values)
      values[connector.value] = shown(conflict.field, value);
    Json updated = Json::array();
    for (const auto& target : conflict.updated)
      updated.push_back(target.value);
    items.push_back({{"contact", conflict.contact.value},
                     {"field", conflict.field},
                     {"values", std::move(values)},
                     {"winner", conflict.winner.value},
                     {"value", shown(conflict.field, conflict.value)},
                     {"rule", conflict.rule},
                     {"position", conflict.position.value},
                     {"at", to_rfc3339(conflict.at)},
                     {"updated", std::move(updated)}});
  }
  return Json{{"items", std::move(items)}, {"next", page.next.empty() ? Json() : Json(page.next)}};
}

Query::Outcome Query::alerts() const {
  TRY(active, active_alerts(scan_, ports_.health, caller_.tenant, ports_.clock.now()));
  Json items = Json::array();
  for (const auto& alert : active)
    items.push_back(alert_json(alert));
  return Json{{"items", std::move(items)}, {"next", nullptr}};
}

} // namespace tidemark::gateway
