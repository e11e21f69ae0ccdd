#include "connectors/shared/inbound.hpp"

#include "connectors/gohighlevel/parts.hpp"
#include "connectors/shared/consent_signals.hpp"
#include "connectors/shared/custom_fields.hpp"
#include "domain/consent/keyword_recognition.hpp"
#include "domain/rules/normalise.hpp"

#include <algorithm>

namespace tidemark::connectors::gohighlevel {
namespace {

using events::Field;

constexpr std::size_t longest_id = 200;
constexpr std::string_view listed_kind = "Contact listed";

bool has_id(const json::Value& object) {
  return object["id"].scalar() || object["contactId"].scalar() || object["contact_id"].scalar();
}

/// Where the contact's fields are: the root, or below `contact` or `data` when only that has an id.
json::Value contact_in(const json::Value& root) {
  if (has_id(root))
    return root;
  for (const auto& place : {root["contact"], root["data"]["contact"], root["data"]})
    if (has_id(place))
      return place;
  return root;
}

/// Events about a contact carry its id as `id`; a tag event's `id` may be the tag's.
std::string contact_id_in(const json::Value& contact, const EventKind& kind) {
  if (alphanumeric_key(kind.name).starts_with("contact"))
    return id_from(contact, {"id", "contactId", "contact_id"});
  return id_from(contact, {"contactId", "contact_id", "id"});
}

/// Some events name the sub-account as `altId` (README fact 5).
std::string location_of(const json::Value& root) {
  auto location = id_from(root, {"locationId", "location_id"});
  if (location.empty() && root["altType"].text() == "location")
    location = id_from(root, {"altId"});
  return location;
}

void collect_fields(FieldCollector& into, const json::Value& contact) {
  for (const auto& name : field_keys) {
    const bool workflow = !contact[name.key].stated() && contact[name.workflow].stated();
    const auto key = workflow ? name.workflow : name.key;
    into.take(name.field, contact[key], key);
  }
  into.take_full_name(contact[contact["name"].stated() ? "name" : "full_name"], "name");
}

/// What lists, owner and sequence depend on. Events about one tag name it alone.
void take_placement(domain::ObserveRecord& record, const json::Value& root,
                    const json::Value& contact, const EventKind& kind, const Settings& settings) {
  const auto name = alphanumeric_key(kind.name);
  if (contact["tags"].stated())
    record.tags = tags_in(contact["tags"]);
  else if (name == "tagadded" || name == "tagremoved")
    (name == "tagadded" ? record.tags_added : record.tags_removed) = tags_in(root["tag"]);
  record.assigned_to = id_from(contact, {"assignedTo", "assigned_to"});
  if (const auto& key = settings.get("assigned_agent_field"); !key.empty())
    record.agent_field = trimmed(custom_field(contact, key).scalar().value_or(""));
  if (const auto& key = settings.get("status_field"); !key.empty())
    if (const auto value = custom_field(contact, key); value.stated())
      record.status = trimmed(value.scalar().value_or(""));
}

domain::ObserveRecord record_of(const json::Value& root, const json::Value& contact,
                                const EventKind& kind, bool stale, const Settings& settings) {
  domain::ObserveRecord record;
  record.connector = settings.name;
  record.remote_id = RemoteId(contact_id_in(contact, kind));
  record.removed = kind.event_class == EventClass::contact_deleted;
  for (const auto& time : {root["timestamp"], contact["dateUpdated"]})
    if (const auto text = time.text(); text && record.source_version.empty())
      record.source_version = sortable_time(*text);
  take_placement(record, root, contact, kind, settings);
  // A list shows every channel as it stands: so a mark that was taken away is seen, though the
  // event about it was lost. Without a time it might be older than what is known.
  const bool says_dnd = alphanumeric_key(kind.name).starts_with("contactdnd")
                        || (kind.name == listed_kind && !record.source_version.empty());
  record.signs = signs_of(contact, says_dnd, record.source_version, stale);
  record.opt_out_seen = closes_any(record.signs);
  record.created = alphanumeric_key(kind.name).starts_with("contactcreate");
  return record;
}

domain::Translation translate_contact(const json::Value& root, const EventKind& kind, bool stale,
                                      const Settings& settings) {
  const auto contact = contact_in(root);
  auto record = record_of(root, contact, kind, stale, settings);
  if (record.remote_id.value.empty()) {
    auto out =
        domain::quarantined(Reason::missing_record_id, "A contact event without the contact's id; "
                                                       "nothing can be attached to it.");
    out.kind = kind.name;
    return out;
  }
  FieldCollector collector(region_of(settings));
  collect_fields(collector, contact);
  record.fields = std::move(collector.fields());
  std::vector<events::SkippedPart> unfit;
  take_custom_fields(record.fields, unfit, contact, settings);
  domain::Translation out{kind.name};
  if (stale)
    out.skipped.push_back(quarantined_part(
        Reason::stale,
        "The body is the vendor's but outside its time; only an opt-out in it applies."));
  else if (!collector.wrong().empty())
    out.skipped.push_back(
        quarantined_part(Reason::wrong_type, wrong_types_text(collector.wrong())));
  if (!out.skipped.empty()) {
    if (record.opt_out_seen)
      out.commands.emplace_back(opt_out_only(std::move(record)));
    return out;
  }
  // A deletion repeats the last state; taking it as an edit would spread it once more.
  if (record.removed)
    record.fields = {};
  out.commands.emplace_back(std::move(record));
  out.skipped.insert(out.skipped.end(), unfit.begin(), unfit.end());
  return out;
}

/// What somebody said outside its time: only an opt-out in it applies.
domain::Translation translate_stale(const json::Value& root, const EventKind& kind, bool to_be_sent,
                                    const Settings& settings) {
  auto out = domain::quarantined(
      Reason::stale,
      "The body is the vendor's but outside its time; only an opt-out in it applies.");
  out.kind = kind.name;
  if (kind.event_class != EventClass::message || to_be_sent)
    return out;
  for (auto& command : translate_message(root, kind, settings).commands)
    if (auto* message = std::get_if<domain::ObserveMessage>(&command);
        message && closes_any(message->signs)) {
      domain::ObserveRecord record;
      record.connector = settings.name;
      record.remote_id = std::move(message->remote_id);
      record.fields = std::move(message->fields);
      record.signs = std::move(message->signs);
      for (auto& sign : record.signs)
        sign.stale = true;
      record.opt_out_seen = true;
      out.commands.emplace_back(opt_out_only(std::move(record)));
    }
  return out;
}

domain::Translation translate_rest(const EventKind& kind) {
  switch (kind.event_class) {
  case EventClass::later:
    return domain::skipped(kind.name, Reason::kind_of_later_work,
                           "Events about " + std::string(kind.later_of)
                               + " are not handled yet; the bytes are kept for reprocessing.");
  case EventClass::unknown:
    return domain::skipped(kind.name, Reason::unknown_event_type,
                           "No such event type is known; the bytes are kept for reprocessing.");
  default:
    return domain::skipped("", Reason::no_event_type,
                           "The body names no event and looks like none: taken as a test ping.");
  }
}

bool stop_in_message(const json::Value& root) {
  const auto says_stop = [](std::string_view text) {
    return domain::may_be_opt_out(domain::recognise(text).sign);
  };
  for (const auto key : {"body", "message", "subject"})
    if (const auto text = root[key].text();
        text && (says_stop(*text) || says_stop(own_words(*text))))
      return true;
  return false;
}

std::string delivery_id_of(const json::Value& root, std::string_view channel) {
  if (channel != provider_channel)
    return id_from(root, {"webhookId"});
  // No envelope here: the message is the delivery, and a later status of it another one.
  const auto message = id_from(root, {"messageId"});
  const auto status = id_from(root, {"status"});
  if (message.empty())
    return {};
  return std::string(provider_channel) + "/" + message + (status.empty() ? "" : "/" + status);
}

void add_addresses(std::vector<PeekedAddress>& out, const json::Value& object,
                   std::string_view region) {
  for (const auto key : {"phone", "from"})
    if (const auto value = object[key].scalar())
      add_address(out, Field::phone, *value, region);
  for (const auto key : {"email", "from"})
    if (const auto value = object[key].scalar())
      add_address(out, Field::email, *value, region);
}

bool is_of_other_location(const json::Value& root, const Settings& settings) {
  auto location = location_of(root);
  if (location.empty())
    location = location_of(contact_in(root));
  const auto& own = settings.get("location_id");
  return !own.empty() && !location.empty() && location != own;
}

domain::Translation translate_event(const json::Value& root, const EventKind& kind,
                                    const StoredWebhook& webhook, const Settings& settings) {
  const bool to_be_sent = webhook.channel == provider_channel;
  if (kind.event_class == EventClass::appointment && !webhook.stale)
    return translate_appointment(root, kind, settings);
  if (kind.event_class == EventClass::opportunity && !webhook.stale)
    return translate_opportunity(root, kind, webhook.received_at, settings);
  const bool about_contact =
      kind.event_class == EventClass::contact || kind.event_class == EventClass::contact_deleted;
  if (about_contact)
    return translate_contact(root, kind, webhook.stale, settings);
  if (kind.event_class == EventClass::email_stats)
    return translate_email_stats(root, kind, webhook.stale, settings);
  if (webhook.stale)
    return translate_stale(root, kind, to_be_sent, settings);
  if (kind.event_class == EventClass::message)
    return to_be_sent ? translate_provider_delivery(root, webhook.received_at, settings)
                      : translate_message(root, kind, settings);
  return translate_rest(kind);
}

/// Whose body it is that nothing else is read from.
RemoteId contact_named_in(const json::Value& root) {
  for (const auto& place :
       {root, root["appointment"], root["opportunity"], root["contact"], root["data"]})
    if (auto id = id_from(place, {"contactId", "contact_id"}); !id.empty())
      return RemoteId(std::move(id));
  return {};
}

/// Systems that take these webhooks take every one that is about a contact, whether or not we read
/// more from it than whose it is.
void pass_on(domain::Translation& out, const json::Value& root, const Settings& settings) {
  out.may_go_on = std::ranges::none_of(
      out.skipped, [](const auto& part) { return part.outcome == events::Outcome::quarantined; });
  const bool is_told = std::ranges::any_of(out.commands, [](const domain::Command& command) {
    return !std::holds_alternative<domain::ObserveAppointment>(command)
           && !std::holds_alternative<domain::ObserveOpportunity>(command);
  });
  if (is_told || !out.may_go_on)
    return;
  auto contact = contact_named_in(root);
  if (contact.value.empty())
    return;
  // Bodies of opportunities were mentions and nothing else: what waits from then finds them first.
  const bool first = !out.commands.empty()
                     && std::holds_alternative<domain::ObserveOpportunity>(out.commands.front());
  out.commands.emplace(first ? out.commands.begin() : out.commands.end(),
                       domain::ObserveMention{settings.name, std::move(contact)});
}

} // namespace

json::Value custom_field(const json::Value& contact, std::string_view wanted) {
  for (const auto key : {"customFields", "customField"}) {
    for (const auto& field : contact[key].items())
      for (const auto name : {"id", "key", "fieldKey", "name"})
        if (field[name].text() == wanted)
          for (const auto value : {"value", "field_value", "fieldValue"})
            if (field[value].stated())
              return field[value];
    if (const auto value = contact[key][wanted]; value.stated())
      return value;
  }
  return contact[wanted];
}

void take_custom_fields(events::FieldSet& fields, std::vector<events::SkippedPart>& unfit,
                        const json::Value& contact, const Settings& settings) {
  connectors::take_custom_fields(fields, unfit, settings, [&](const domain::CustomFieldRule& rule) {
    const auto by_id = rule.id.empty() ? json::Value() : custom_field(contact, rule.id);
    return by_id.stated() || rule.key.empty() ? by_id : custom_field(contact, rule.key);
  });
}

std::string id_from(const json::Value& object, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys)
    if (const auto id = object[key].scalar()) {
      const auto text = trimmed(*id);
      if (!text.empty() && text.size() <= longest_id)
        return std::string(text);
    }
  return {};
}

Peek peek_at(const json::Value& root, const WebhookRequest& request, const Settings& settings) {
  Peek out;
  out.delivery_id = delivery_id_of(root, request.channel);
  if (out.delivery_id.empty())
    out.subject = id_from(root, {"contactId", "contact_id", "id"});
  if (is_of_other_location(root, settings))
    return out; // its account is signed for as ours is, and hears nothing of our contacts
  if (request.channel == provider_channel && is_to_be_sent(root)) {
    out.text_to = domain::normalised(events::Field::phone, root["phone"].scalar().value_or(""),
                                     region_of(settings));
    return out;
  }
  const auto contact = contact_in(root);
  out.maybe_opt_out = shows_opt_out(root) || shows_opt_out(contact)
                      || (root["direction"].text() != "outbound" && stop_in_message(root));
  if (out.maybe_opt_out) {
    add_addresses(out.addresses, root, region_of(settings));
    add_addresses(out.addresses, contact, region_of(settings));
  }
  if (tells_refusal(root)) {
    out.maybe_opt_out = true;
    for (const auto kind : {Field::phone, Field::email})
      add_address(out.addresses, kind, root["to"].scalar().value_or(""), region_of(settings));
  }
  if (const auto recipient = unsubscribed_recipient(root)) {
    out.maybe_opt_out = true;
    add_address(out.addresses, Field::email, *recipient, region_of(settings));
  }
  return out;
}

domain::Translation translate_listed(const json::Value& contact, const Settings& settings) {
  const EventKind kind{EventClass::contact, std::string(listed_kind)};
  const auto location = location_of(contact);
  if (!location.empty() && location != settings.get("location_id"))
    return domain::skipped(kind.name, Reason::other_location,
                           "The contact belongs to another location than the configured one.");
  return translate_contact(contact, kind, false, settings);
}

domain::Translation translate_root(const json::Value& root, const StoredWebhook& webhook,
                                   const Settings& settings) {
  const bool to_be_sent = webhook.channel == provider_channel;
  const auto kind = to_be_sent ? EventKind{EventClass::message, std::string(provider_channel)}
                               : kind_of_event(root);
  if (is_of_other_location(root, settings))
    return domain::skipped(kind.name, Reason::other_location,
                           "The event belongs to another location than the configured one.");
  auto out = translate_event(root, kind, webhook, settings);
  // A text that is to be sent is handed on as that; what a workflow made is not the vendor's word.
  if (!webhook.stale && !to_be_sent && !kind.inferred)
    pass_on(out, root, settings);
  return out;
}

} // namespace tidemark::connectors::gohighlevel
