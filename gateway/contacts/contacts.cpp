#include "domain/rules/alike_words.hpp"
#include "domain/rules/normalise.hpp"
#include "domain/rules/unusable_phone.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/json.hpp"
#include "gateway/consent/opt_outs.hpp"
#include "gateway/consent/reviews.hpp"
#include "gateway/contacts/routes.hpp"
#include "gateway/lists/lists.hpp"

#include <functional>

namespace tidemark::gateway {
namespace {

constexpr Schema field_schema{
    "field", {{text("value"), text("source"), integer("position"), nullable(text("unusable"))}}};
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

/// The reason code of what is wrong with a telephone number; null for what can be used.
Json unusable_json(events::Field field, const std::string& value) {
  const auto why = field == events::Field::phone ? domain::why_unusable(value) : Reason::none;
  return why == Reason::none ? Json() : Json(name_of(why));
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
        {"position", value.position.value},
        {"unusable", unusable_json(field, value.value)}};
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

using ContactPage = projections::Page<ContactId>;
/// Gives a page of contacts that begins after one.
using PageOf = std::function<Result<ContactPage>(std::string_view after, std::size_t limit)>;

/// The cursor of the second part of a list.
constexpr char also = '~';

/// First all of `first`, then all of `second`, each in its own order.
Result<ContactPage> one_after_the_other(const PageOf& first, const PageOf& second,
                                        std::string_view after, std::size_t limit) {
  ContactPage page;
  if (!after.starts_with(also)) {
    TRY(front, first(after, limit));
    page = std::move(front);
    if (!page.next.empty())
      return page;
  }
  const auto from = after.starts_with(also) ? after.substr(1) : std::string_view{};
  if (page.items.size() == limit) { // is there anything more to come?
    TRY(rest, second(from, 1));
    if (!rest.items.empty() || !rest.next.empty())
      page.next = also;
    return page;
  }
  TRY(rest, second(from, limit - page.items.size()));
  page.items.insert(page.items.end(), rest.items.begin(), rest.items.end());
  if (!rest.next.empty())
    page.next = also + rest.next;
  return page;
}

/// Whose address it is, then who shares it.
Result<ContactPage> contacts_by_address(const ApiContext& api, events::Field kind,
                                        std::string_view after, std::size_t limit) {
  const auto key = key_of(kind, api.param(events::name_of(kind)), api.region());
  if (key.empty())
    return kind == events::Field::email
               ? Error{"bad_email", "this is no e-mail address"}
               : Error{"bad_phone", "this is no phone number in any usual form; write for example "
                                    "phone=%2B12025550142"};
  const auto hash = to_hex(api.hash_of({kind, key}));
  return one_after_the_other(
      [&](std::string_view from, std::size_t most) {
        return projections::contacts_by_key(api.scan, api.tenant(), events::name_of(kind), hash,
                                            from, most);
      },
      [&](std::string_view from, std::size_t most) {
        return projections::contacts_sharing(api.scan, api.tenant(), hash, from, most);
      },
      after, limit);
}

Result<ContactPage> contact_by_record(const ApiContext& api) {
  const ConnectorName connector{std::string(api.param("connector"))};
  const RemoteId id{std::string(api.param("remote_id"))};
  if (connector.value.empty() || id.value.empty())
    return Error{"bad_query", "connector and remote_id belong together"};
  const auto hash = to_hex(events::remote_hash(api.ports.hasher, api.tenant(), connector, id));
  TRY(found, projections::contact_by_record(api.scan, api.tenant(), connector, hash));
  ContactPage page;
  if (found)
    page.items.push_back(*found);
  else {
    TRYV(api.check_system("connector"));
  }
  return page;
}

/// Who has these words in the name, then who has words that are one slip away.
Result<ContactPage> contacts_by_name(const ApiContext& api, std::string_view after,
                                     std::size_t limit) {
  constexpr std::size_t words_max = 8; // of a name; each has hundreds of spellings
  const auto words = domain::name_words(api.param("name"), "");
  if (words.empty())
    return Error{"bad_name", "name needs at least one word"};
  if (words.size() > words_max)
    return Error{"bad_name", "name has too many words: give at most " + std::to_string(words_max)};
  std::vector<std::string> exact;
  std::vector<std::vector<std::string>> spellings;
  for (const auto& word : words) {
    auto& hashes = spellings.emplace_back();
    for (const auto& each : domain::alike_words(word))
      hashes.push_back(to_hex(events::name_word_hash(api.ports.hasher, api.tenant(), each)));
    exact.push_back(hashes.front());
  }
  return one_after_the_other(
      [&](std::string_view from, std::size_t most) {
        return projections::contacts_by_words(api.scan, api.tenant(), exact, from, most);
      },
      [&](std::string_view from, std::size_t most) {
        return projections::contacts_by_spellings(api.scan, api.tenant(), spellings, from, most);
      },
      after, limit);
}

Result<ContactPage> wanted_contacts(const ApiContext& api) {
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
    return contacts_by_name(api, after, limit);
  for (const auto kind : {events::Field::phone, events::Field::email})
    if (api.request.target.has(events::name_of(kind)))
      return contacts_by_address(api, kind, after, limit);
  return contact_by_record(api);
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
    {"contacts", "GET", "/api/v1/contacts", Right::read, list_contacts, &list_of<contact_schema>,
     "phone email name connector remote_id limit after"},
    {"contact", "GET", "/api/v1/contacts/{id}", Right::read, show_contact, &contact_schema},
};

} // namespace

constinit const Routes contact_routes = contact_rows;

} // namespace tidemark::gateway
