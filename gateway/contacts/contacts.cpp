#include "domain/rules/normalise.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/json.hpp"
#include "gateway/consent/opt_outs.hpp"
#include "gateway/consent/reviews.hpp"
#include "gateway/contacts/routes.hpp"
#include "gateway/lists/lists.hpp"

namespace tidemark::gateway {
namespace {

constexpr Schema field_schema{"field", {{text("value"), text("source"), integer("position")}}};
constexpr Schema record_schema{
    "record",
    {{text("connector"), text("remote_id"), map("fields"), map("last_written"), boolean("removed"),
      boolean("opt_out_seen"), integer("position")}}};
constexpr Schema contact_schema{
    "contact",
    {{text("id"), map("fields", field_schema), list("records", record_schema), list(text("tags")),
      list("lists", membership_schema), list("opt_outs", opt_out_schema),
      list("review", review_schema), nullable(text("merged_into")), list(text("parts"))}}};

Json fields_json(const ApiContext& api, const events::FieldSet& fields) {
  Json out = Json::object();
  for (const auto& [field, value] : fields)
    out[std::string(events::name_of(field))] = api.shown(events::name_of(field), value.reveal());
  return out;
}

Json record_json(const ApiContext& api, const projections::RecordView& record) {
  return {{"connector", record.connector.value},
          {"remote_id", api.shown_id(record.remote_id)},
          {"fields", fields_json(api, record.fields)},
          {"last_written", fields_json(api, record.last_written)},
          {"removed", record.removed},
          {"opt_out_seen", record.opt_out_seen},
          {"position", record.position.value}};
}

Result<Json> contact_json(const ApiContext& api, const ContactId& id) {
  TRY(found, projections::contact(api.scan, api.tenant(), id));
  if (!found)
    return unknown("contact");
  const auto& contact = *found;
  Json fields = Json::object();
  for (const auto& [field, value] : contact.fields)
    fields[std::string(events::name_of(field))] = {
        {"value", api.shown(events::name_of(field), value.value)},
        {"source", value.source.value},
        {"position", value.position.value}};
  TRY(opt_outs, opt_outs_json(api, contact));
  TRY(reviews, reviews_json(api, contact));
  TRY(lists, lists_json(api, contact.id));
  return Json{{"id", contact.id.value},
              {"fields", std::move(fields)},
              {"records",
               array_json(contact.records, [&](const auto& one) { return record_json(api, one); })},
              {"tags", contact.tags},
              {"lists", std::move(lists)},
              {"opt_outs", std::move(opt_outs)},
              {"review", std::move(reviews)},
              {"merged_into", or_null(contact.merged_into.value)},
              {"parts", values_json(contact.parts)}};
}

Result<Json> show_contact(const ApiContext& api) {
  return contact_json(api, ContactId(api.segment("id")));
}

Result<std::optional<ContactId>> contact_by_key(const ApiContext& api) {
  for (const auto kind : {events::Field::phone, events::Field::email}) {
    const auto text = api.param(events::name_of(kind));
    if (text.empty())
      continue;
    const auto key = key_of(kind, text, api.region());
    if (!key.empty())
      return projections::contact_by_key(api.scan, api.tenant(), events::name_of(kind),
                                         to_hex(api.hash_of({kind, key})));
    if (kind == events::Field::email)
      return Error{"bad_email", "this is no e-mail address"};
    return Error{"bad_phone", "this is no phone number in any usual form; write for example "
                              "phone=%2B12025550142"};
  }
  const ConnectorName connector{std::string(api.param("connector"))};
  const RemoteId id{std::string(api.param("remote_id"))};
  if (connector.value.empty() || id.value.empty())
    return Error{"bad_query", "connector and remote_id belong together"};
  const auto hash = to_hex(events::remote_hash(api.ports.hasher, api.tenant(), connector, id));
  return projections::contact_by_record(api.scan, api.tenant(), connector, hash);
}

Result<projections::Page<ContactId>> contacts_by_name(const ApiContext& api, std::size_t limit,
                                                      std::string_view after) {
  std::vector<std::string> words;
  for (const auto& word : domain::name_words(api.param("name"), ""))
    words.push_back(to_hex(events::name_word_hash(api.ports.hasher, api.tenant(), word)));
  if (words.empty())
    return Error{"bad_name", "name needs at least one word"};
  return projections::contacts_by_words(api.scan, api.tenant(), words, after, limit);
}

Result<projections::Page<ContactId>> wanted_contacts(const ApiContext& api) {
  TRY(limit, api.limit());
  TRY(after, api.after_contact());
  bool by_key = false;
  for (const auto* name : {"phone", "email", "name", "connector", "remote_id"}) {
    if (!api.request.target.has(name))
      continue;
    if (api.param(name).empty())
      return Error{"bad_query", std::string(name) + " is empty: give a value or leave it out"};
    by_key = true;
  }
  if (!by_key)
    return projections::contact_ids(api.scan, api.tenant(), after, limit);
  if (api.request.target.has("name"))
    return contacts_by_name(api, limit, after);
  TRY(found, contact_by_key(api));
  projections::Page<ContactId> page;
  if (found)
    page.items.push_back(*found);
  return page;
}

Result<Json> list_contacts(const ApiContext& api) {
  TRY(page, wanted_contacts(api));
  Json items = Json::array();
  for (const auto& id : page.items) {
    auto item = contact_json(api, id);
    if (item)
      items.push_back(std::move(item).value());
    else if (item.error().code != "not_found") // a look-up row may be older than its contact
      return item.error();
  }
  return list_json(std::move(items), or_null(page.next));
}

constexpr Route contact_rows[] = {
    {"contacts", "GET", "/api/v1/contacts", Role::viewer, list_contacts, &list_of<contact_schema>,
     "phone email name connector remote_id limit after"},
    {"contact", "GET", "/api/v1/contacts/{id}", Role::viewer, show_contact, &contact_schema},
};

} // namespace

constinit const Routes contact_routes = contact_rows;

} // namespace tidemark::gateway
