#include "gateway/consent/compliance.hpp"

#include "events/format/tags.hpp"
#include "gateway/api/json.hpp"
#include "gateway/consent/opt_outs.hpp"
#include "gateway/consent/routes.hpp"
#include "projections/consent/opt_out_view.hpp"
#include "storage/recorded_event.hpp"

namespace tidemark::gateway {
namespace {

constexpr Schema person_channel_schema{
    "person_channel",
    {{nullable(text("address")), text("address_hash"), text("channel"), boolean("opted_out"),
      text("state"), boolean("in_review"), nullable(time("since"))}}};
constexpr Schema person_sent_schema{
    "person_sent", {{integer("in_day"), integer("in_week"), nullable(time("last_at"))}}};
constexpr Schema person_consent_schema{
    "person_consent",
    {{integer("position"), time("at"), text("change"), nullable(text("address")),
      list(text("channels")), text("source"), text("evidence"), text("by"),
      nullable(text("wording"))}}};
/// Whether each channel of each address is closed, what was sent, and what the person agreed to or
/// was asked (requirement O16).
constexpr Schema compliance_schema{
    "compliance",
    {{list("channels", person_channel_schema), object("sent", person_sent_schema),
      list("consent", person_consent_schema)}}};

Json shown_address(const ApiContext& api, events::Field kind, const std::string& address) {
  return address.empty() ? Json() : Json(api.shown(events::name_of(kind), address));
}

/// A contact's address, and what was said of it.
struct PersonAddress {
  projections::AddressView view;
  events::Field kind = events::Field::phone;
  std::string address; ///< "" when nothing names it
};

Result<std::vector<PersonAddress>> addresses_of(const ApiContext& api,
                                                const projections::ContactView& contact) {
  auto known = addresses_named(api, contact);
  std::vector<PersonAddress> out;
  for (const auto kind : {events::Field::phone, events::Field::email})
    for (const auto& hash : kind == events::Field::phone ? contact.phones : contact.emails) {
      TRY(view, projections::opt_outs_of(api.scan, api.tenant(), hash));
      auto address = known[hash].empty() ? view.address : known[hash];
      out.push_back({std::move(view), kind, std::move(address)});
    }
  return out;
}

void add_channels(const ApiContext& api, const PersonAddress& one, const std::string& hash,
                  Json& out) {
  for (const auto channel : domain::channels_of(one.kind)) {
    const auto now = projections::channel_of(one.view, channel);
    out.push_back({{"address", shown_address(api, one.kind, one.address)},
                   {"address_hash", hash},
                   {"channel", name_of_enum(channel)},
                   {"opted_out", now.state == "opted_out"},
                   {"state", now.state},
                   {"in_review", now.in_review},
                   {"since", now.since ? Json(to_rfc3339(*now.since)) : Json()}});
  }
}

/// The words that the person wrote, or that somebody recorded for it.
using Wordings = std::map<Position, std::string>;

/// Opt-ins and questions, not what takes consent away: that is in the opt-outs.
void add_consent(const ApiContext& api, const PersonAddress& one, const Wordings& wordings,
                 Json& out) {
  for (const auto& said : one.view.history) {
    const auto& e = said.change;
    if (e.change != events::ConsentChange::granted && e.change != events::ConsentChange::asked)
      continue;
    Json channels = Json::array();
    for (const auto channel : e.channels)
      channels.push_back(name_of_enum(channel));
    const auto at = wordings.find(e.input);
    const auto wording = !said.reason.empty()   ? said.reason
                         : at != wordings.end() ? at->second
                                                : std::string();
    const auto when = from_rfc3339(e.stated_at).value_or(e.received_at);
    out.push_back({{"position", e.input.value},
                   {"at", to_rfc3339(when)},
                   {"change", name_of_enum(e.change)},
                   {"address", shown_address(api, one.kind, one.address)},
                   {"channels", std::move(channels)},
                   {"source", e.source.value},
                   {"evidence", name_of_enum(e.evidence)},
                   {"by", projections::said_by(e)},
                   {"wording", wording.empty() ? Json() : Json(api.shown("text", wording))}});
  }
}

/// Reads all that is recorded of a person, so it is asked for by itself.
Result<Json> show_compliance(const ApiContext& api) {
  const ContactId id(api.segment("id"));
  TRY(contact, projections::contact(api.scan, api.tenant(), id));
  if (!contact)
    return unknown("contact");
  domain::SentMessages sent(api.now());
  Wordings wordings;
  TRYV(storage::read_under_tag(
      api.ports.log, api.tenant(), events::contact_tag(id), {},
      [&](const events::Recorded& recorded) {
        sent.add(recorded);
        if (const auto* seen = std::get_if<events::MessageObserved>(&recorded.event);
            seen && seen->message.inbound)
          wordings.emplace(recorded.envelope.cause, seen->message.text.reveal());
      }));
  TRY(addresses, addresses_of(api, *contact));
  Json channels = Json::array(), consent = Json::array();
  for (const auto& one : addresses) {
    add_channels(api, one, one.view.hash, channels);
    add_consent(api, one, wordings, consent);
  }
  const auto before = sent.before(0);
  return Json{{"channels", std::move(channels)},
              {"sent",
               {{"in_day", sent.in_day()},
                {"in_week", before.in_week},
                {"last_at", before.last ? Json(to_rfc3339(*before.last)) : Json()}}},
              {"consent", std::move(consent)}};
}

constexpr Route compliance_rows[] = {{"compliance", "GET", "/api/v1/contacts/{id}/compliance",
                                      Right::read, show_compliance, &compliance_schema}};

} // namespace

Result<domain::SentMessages> sent_to(const ApiContext& api, const ContactId& contact) {
  domain::SentMessages out(api.now());
  TRYV(storage::read_under_tag(api.ports.log, api.tenant(), events::contact_tag(contact), {},
                               [&](const events::Recorded& recorded) { out.add(recorded); }));
  return out;
}

constinit const Routes compliance_routes = compliance_rows;

} // namespace tidemark::gateway
