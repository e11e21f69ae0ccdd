#include "events/format/tags.hpp"
#include "explanation/explained.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/contacts/routes.hpp"

#include <algorithm>

// Why something did or did not sync: what `tidemark explain` prints.

namespace tidemark::gateway {
namespace {

constexpr Schema explained_subject{"explained_subject", {{text("kind"), text("id")}}};
constexpr Schema explained_part{"explained_part", {{text("contact"), integer("position")}}};
constexpr Schema explained_elsewhere{
    "explained_elsewhere",
    {{text("contact"), nullable(integer("from")), nullable(integer("until"))}}};
constexpr Schema explained_entry{
    "explained_entry",
    {{integer("position"), time("at"), text("kind"), text("type"), nullable(text("target")),
      nullable(text("outcome")), nullable(text("reason_code")), nullable(text("of")),
      nullable(text("waiting_for")), nullable(text("rule")), text("text"),
      nullable(text("next_step")), nullable(integer("cause")), nullable(text("delivery")),
      nullable(text("remote_id")), nullable(integer("http_status"))}}};
constexpr Schema explained_line{"explained_line",
                                {{text("outcome"), nullable(text("reason_code")), text("text"),
                                  time("since"), integer("position")}}};
constexpr Schema explained_held{"explained_held_back",
                                {{text("reason_code"), text("text"), nullable(text("next_step")),
                                  time("since"), integer("position")}}};
constexpr Schema explained_target{
    "explained_target",
    {{text("outcome"), nullable(text("reason_code")), text("text"), time("since"),
      integer("position"), map("lines", explained_line), list("held_back", explained_held)}}};
constexpr Schema explanation_schema{
    "explanation",
    {{object("subject", explained_subject), list(text("sharing")),
      nullable(object("part_of", explained_part)), list("elsewhere", explained_elsewhere),
      list("chain", explained_entry), map("targets", explained_target)}}};

bool is_contact_id(std::string_view key) {
  return key.size() == 21 && key.front() == 'c'
         && key.substr(1).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Whose the address is, then who shares it.
Result<std::vector<ContactId>> with_address(const ApiContext& api, const Address& one) {
  constexpr std::size_t most = 100;
  const auto hash = to_hex(api.hash_of(one));
  TRY(own, projections::contacts_by_key(api.scan, api.tenant(), events::name_of(one.kind), hash, "",
                                        most));
  TRY(shared, projections::contacts_sharing(api.scan, api.tenant(), hash, "", most));
  std::vector<ContactId> out = std::move(own.items);
  std::ranges::copy(shared.items, std::back_inserter(out));
  return out;
}

Result<std::vector<ContactId>> with_record(const ApiContext& api, std::string_view key) {
  const auto colon = key.find(':');
  const ConnectorName connector{std::string(key.substr(0, colon))};
  const auto hash = to_hex(events::remote_hash(api.ports.hasher, api.tenant(), connector,
                                               RemoteId{std::string(key.substr(colon + 1))}));
  TRY(found, projections::contact_by_record(api.scan, api.tenant(), connector, hash));
  return found ? std::vector{*found} : std::vector<ContactId>{};
}

Result<std::vector<ContactId>> contacts_of(const ApiContext& api, std::string_view key) {
  if (is_contact_id(key))
    return std::vector{ContactId(std::string(key))};
  if (const auto address = read_address(key, api.region()))
    return with_address(api, *address);
  if (key.find(':') != std::string_view::npos)
    return with_record(api, key);
  return Error{"bad_contact", "this is no contact's id, no phone number in any usual form, no "
                              "e-mail address and no connector:remote-id"};
}

Result<explanation::Question> question_of(const ApiContext& api) {
  const auto contact = api.param("contact"), delivery = api.param("delivery"),
             webhook = api.param("webhook");
  if ((contact.empty() ? 0 : 1) + (delivery.empty() ? 0 : 1) + (webhook.empty() ? 0 : 1) != 1)
    return Error{"bad_query", "say what is to be explained: one of contact, delivery, webhook"};
  explanation::Question out;
  out.target = api.param("target");
  if (!out.target.empty() && !api.source(ConnectorName(out.target)))
    return Error{"bad_target", "the tenant has no connector of that name"};
  out.delivery = delivery;
  if (!webhook.empty()) {
    TRY(position, read_position(webhook));
    out.webhook = position;
  }
  if (contact.empty())
    return out;
  TRY(named, contacts_of(api, contact));
  if (named.empty())
    return unknown("contact");
  out.contact = named.front();
  out.sharing.assign(named.begin() + 1, named.end());
  return out;
}

Result<Json> explain(const ApiContext& api) {
  TRY(question, question_of(api));
  const bool reveal = api.caller.sees_personal_data();
  TRY(what, explanation::explained({api.ports.log, api.scan, api.tenant()}, question, reveal));
  if (what.entries.empty() && question.contact)
    return unknown("contact");
  return explanation_json(what, reveal);
}

constexpr Route explain_rows[] = {{"explain", "GET", "/api/v1/explain", Right::read, explain,
                                   &explanation_schema, "contact delivery webhook target"}};

} // namespace

constinit const Routes explain_routes = explain_rows;

} // namespace tidemark::gateway
