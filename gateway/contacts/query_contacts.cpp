#include "domain/rules/normalise.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/address.hpp"
#include "gateway/api/cursor.hpp"
#include "gateway/api/query.hpp"

#include <nlohmann/json.hpp>

namespace tidemark::gateway {
nlohmann::ordered_json Query::fields_json(const events::FieldSet& fields) const {
  Json out = Json::object();
  for (const auto& [field, value] : fields)
    out[std::string(events::name_of(field))] = shown(events::name_of(field), value.reveal());
  return out;
}

Query::Outcome Query::contact_json(const ContactId& id) const {
  TRY(found, projections::contact(scan_, caller_.tenant, id));
  if (!found)
    return unknown("contact");
  const auto& contact = *found;
  Json fields = Json::object();
  for (const auto& [field, value] : contact.fields)
    fields[std::string(events::name_of(field))] = {
        {"value", shown(events::name_of(field), value.value)},
        {"source", value.source.value},
        {"position", value.position.value}};
  Json records = Json::array();
  for (const auto& record : contact.records)
    records.push_back({{"connector", record.connector.value},
                       {"remote_id", shown_id(record.remote_id)},
                       {"fields", fields_json(record.fields)},
                       {"last_written", fields_json(record.last_written)},
                       {"removed", record.removed},
                       {"opt_out_seen", record.opt_out_seen},
                       {"position", record.position.value}});
  auto opt_outs = opt_outs_json(contact);
  auto reviews = reviews_json(contact);
  auto lists = lists_json(contact.id);
  if (!opt_outs || !reviews)
    return opt_outs ? reviews.error() : opt_outs.error();
  if (!lists)
    return lists.error();
  Json parts = Json::array();
  for (const auto& part : contact.parts)
    parts.push_back(part.value);
  return Json{
      {"id", contact.id.value},
      {"fields", std::move(fields)},
      {"records", std::move(records)},
      {"tags", contact.tags},
      {"lists", std::move(*lists)},
      {"opt_outs", std::move(*opt_outs)},
      {"review", std::move(*reviews)},
      {"merged_into", contact.merged_into.value.empty() ? Json() : Json(contact.merged_into.value)},
      {"parts", std::move(parts)}};
}

Query::Outcome Query::contact() const {
  return contact_json(ContactId(request_.target.segments[3]));
}

Result<std::optional<ContactId>> Query::contact_by_key() const {
  const auto& tenant = caller_.tenant;
  if (const auto phone = param("phone"); !phone.empty()) {
    const auto key = phone_key(phone, options_.default_region(caller_.tenant));
    if (key.empty())
      return Error{"bad_phone", "this is no phone number in any usual form; write for example "
                                "phone=%2B12025550142"};
    return projections::contact_by_key(scan_, tenant, "phone",
                                       to_hex(events::phone_hash(ports_.hasher, tenant, key)));
  }
  if (const auto email = param("email"); !email.empty()) {
    const auto key = domain::identity_key(events::Field::email,
                                          domain::normalised(events::Field::email, email, ""));
    if (key.empty())
      return Error{"bad_email", "this is no e-mail address"};
    return projections::contact_by_key(scan_, tenant, "email",
                                       to_hex(events::email_hash(ports_.hasher, tenant, key)));
  }
  const ConnectorName connector{std::string(param("connector"))};
  const RemoteId id{std::string(param("remote_id"))};
  if (connector.value.empty() || id.value.empty())
    return Error{"bad_query", "connector and remote_id belong together"};
  const auto hash = to_hex(events::remote_hash(ports_.hasher, tenant, connector, id));
  return projections::contact_by_record(scan_, tenant, connector, hash);
}

Query::Outcome Query::contacts() const {
  const auto count = limit();
  const auto after = read_cursor(CursorKind::contact, param("after"));
  if (!count || !after)
    return count ? after.error() : count.error();
  for (const auto* name : {"phone", "email", "name", "connector", "remote_id"})
    if (request_.target.has(name) && param(name).empty())
      return Error{"bad_query", std::string(name) + " is empty: give a value or leave it out"};
  std::vector<ContactId> ids;
  Json next;
  if (const auto name = param("name"); !name.empty()) {
    std::vector<std::string> words;
    for (const auto& word : domain::name_words(name, ""))
      words.push_back(
          to_hex(as_view(ports_.hasher(HashedKind::name_word, caller_.tenant, word)).substr(0, 8)));
    if (words.empty())
      return Error{"bad_name", "name needs at least one word"};
    TRY(page, projections::contacts_by_words(scan_, caller_.tenant, words, *after, count.value()));
    ids = std::move(page.items);
    if (!page.next.empty())
      next = page.next;
  } else if (!param("phone").empty() || !param("email").empty() || !param("connector").empty()
             || !param("remote_id").empty()) {
    TRY(found, contact_by_key());
    if (found)
      ids.push_back(*found);
  } else {
    TRY(page, projections::contact_ids(scan_, caller_.tenant, *after, count.value()));
    ids = std::move(page.items);
    if (!page.next.empty())
      next = page.next;
  }
  Json items = Json::array();
  for (const auto& id : ids) {
    auto item = contact_json(id);
    if (item)
      items.push_back(std::move(item.value()));
    else if (item.error().code != "not_found") // a look-up row may be older than its contact
      return item.error();
  }
  return Json{{"items", std::move(items)}, {"next", std::move(next)}};
}

} // namespace tidemark::gateway
