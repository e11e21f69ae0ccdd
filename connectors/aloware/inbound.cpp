#include "connectors/aloware/parts.hpp"
#include "connectors/shared/consent_signals.hpp"
#include "domain/rules/normalise.hpp"

#include <algorithm>

namespace tidemark::connectors::aloware {
namespace {

using events::Field;

/// What the connector acts on, the first entry that fits counts. `part`: of a call (see
/// domain/conversations/calls.hpp).
struct Handled {
  std::string_view name;
  EventClass event_class;
  std::string_view part{};
};
constexpr std::array<Handled, 18> handled{{
    {"contact-created", EventClass::contact},
    {"contact-updated", EventClass::contact},
    {"contact-disposed", EventClass::contact},
    {"contact-dnc-updated", EventClass::contact},
    {"outbound-phonecall", EventClass::call, "initiated"},
    {"inbound-phonecall", EventClass::call, "initiated"},
    {"outbound-phonecall*", EventClass::call, "disposed"},
    {"inbound-phonecall*", EventClass::call, "disposed"},
    {"call-disposed*", EventClass::call, "call_disposed"},
    {"recording*", EventClass::call, "recording"},
    {"voicemail*", EventClass::call, "voicemail"},
    {"transcription-call-summarized*", EventClass::call, "summary"},
    {"call-summarized*", EventClass::call, "summary"},
    {"transcription*", EventClass::call, "transcript"},
    {"communication-initiated", EventClass::communication, "initiated"},
    {"communication-disposed", EventClass::communication, "disposed"},
    {"inbound-sms*", EventClass::message},
    {"outbound-sms*", EventClass::message},
}};

/// The settings' name for what the wire calls after calls and texts: the body says which it is.
EventKind kind_of_communication(const json::Value& root, std::string name, std::string_view part) {
  const auto type = communication_in(root)["type"].scalar();
  if (type == "2")
    return {EventClass::message, std::move(name)};
  if (type == "1")
    return {EventClass::call, std::move(name), {}, part};
  return {EventClass::unknown, std::move(name)};
}

/// Names on the wire differ from those in the settings and by hyphens, dots and case
/// (README fact 8).
EventKind kind_of_event(const json::Value& root) {
  const auto event = event_name_in(root);
  if (event.empty())
    return {};
  const auto* known =
      std::ranges::find_if(handled, [&](const Handled& one) { return fits_kind(one.name, event); });
  if (known != handled.end())
    return known->event_class == EventClass::communication
               ? kind_of_communication(root, safe_kind(event), known->part)
               : EventKind{known->event_class, safe_kind(event), {}, known->part};
  for (const auto start : {"outbound-appointment*", "inbound-appointment*", "appointment*"})
    if (fits_kind(start, event))
      return {EventClass::later, safe_kind(event), "appointments"};
  return {EventClass::unknown, safe_kind(event)};
}

std::string first_value(const json::Value& root, std::initializer_list<std::string_view> keys) {
  for (const auto& place : contact_places(root))
    for (const auto key : keys)
      if (const auto value = place[key].scalar(); value && !trimmed(*value).empty())
        return *value;
  return {};
}

/// The signs alone, with the record's id and its number. The number is the record's key over there
/// and never changes; other members of an embedded contact may be older than what we know.
domain::ObserveRecord opt_out_in(const json::Value& root, const Settings& settings) {
  domain::ObserveRecord record;
  record.connector = settings.name;
  record.phone_is_key = true;
  record.signs = signs_in(root, settings);
  record.opt_out_seen = closes_any(record.signs);
  std::string id;
  for (const auto& place : {root["body"]["communication"], root["body"]})
    if (id.empty())
      id = id_in(place, "contact_id");
  for (const auto& place : {root["body"]["communication"]["contact"], root["body"]["contact"]})
    if (id.empty())
      id = id_in(place, "id");
  record.remote_id = RemoteId(id);
  const auto phone = first_value(root, {"phone_number", "lead_number"});
  if (!phone.empty())
    record.fields.set(Field::phone, domain::normalised(Field::phone, phone, region_of(settings)));
  return record;
}

/// Where the contact's own members are: in an embedded contact, else in the body.
json::Value own_contact(const json::Value& root) {
  for (const auto& place : {root["body"]["communication"]["contact"], root["body"]["contact"]})
    if (place.kind() == json::Kind::object)
      return place;
  return root["body"];
}

domain::ObserveRecord record_in(const json::Value& root, FieldCollector& collector,
                                const Settings& settings) {
  domain::ObserveRecord record;
  record.connector = settings.name;
  record.phone_is_key = true;
  record.remote_id = RemoteId(id_in(own_contact(root), "id"));
  if (record.remote_id.value.empty())
    record.remote_id = RemoteId(id_in(root["body"], "contact_id"));
  record.fields = std::move(collector.fields());
  if (const auto tags = own_contact(root)["tags"]; tags.stated())
    record.tags = tags_in(tags);
  record.signs = signs_in(root, settings);
  record.opt_out_seen = closes_any(record.signs);
  return record;
}

domain::Translation translate_contact(const json::Value& root, const EventKind& kind,
                                      const Settings& settings) {
  auto collector = fields_of(own_contact(root), settings);
  auto record = record_in(root, collector, settings);
  domain::Translation out{kind.name};
  if (alphanumeric_key(kind.name) == "contactdisposed")
    record.disposition = first_value(root, {"disposition_status", "disposition"});
  std::vector<events::SkippedPart> unfit;
  take_custom_fields(record.fields, unfit, own_contact(root), settings);
  if (record.remote_id.value.empty())
    out.skipped.push_back(quarantined_part(Reason::missing_record_id,
                                           "A contact event without the contact's id; nothing but "
                                           "an opt-out in it can be attached."));
  if (!collector.wrong().empty())
    out.skipped.push_back(
        quarantined_part(Reason::wrong_type, wrong_types_text(collector.wrong())));
  if (out.skipped.empty())
    out.commands.emplace_back(std::move(record));
  else if (record.opt_out_seen)
    out.commands.emplace_back(opt_out_only(std::move(record)));
  out.skipped.insert(out.skipped.end(), unfit.begin(), unfit.end());
  return out;
}

/// Everything about one contact is one subject, whatever the event; a body without an id has none.
std::string subject_of(const json::Value& root) {
  for (const auto& place : {root["body"]["communication"], root["body"]})
    for (const auto& id : {id_in(place["contact"], "id"), id_in(place, "contact_id")})
      if (!id.empty())
        return id;
  return id_in(root["body"], "id");
}

domain::Translation translate_rest(const json::Value& root, const EventKind& kind) {
  switch (kind.event_class) {
  case EventClass::later:
    return domain::skipped(kind.name, Reason::kind_of_later_work,
                           "Events about " + std::string(kind.later_of)
                               + " are not handled yet; the bytes are kept for reprocessing.");
  case EventClass::unknown:
    return domain::skipped(kind.name, Reason::unknown_event_type,
                           "No such event type is known; the bytes are kept for reprocessing.");
  default:
    break;
  }
  if (root["test_payload"].stated())
    return domain::skipped("", Reason::test_ping, "Aloware sends this when a webhook is saved.");
  return domain::skipped("", Reason::no_event_type,
                         "The body names no event; the bytes are kept for reprocessing.");
}

} // namespace

std::string_view event_name_in(const json::Value& root) {
  for (const auto& value : {root["event"], root["type"], root["eventType"], root["data"]["event"]})
    if (const auto name = value.text(); name && !name->empty())
      return *name;
  return {};
}

FieldCollector fields_of(const json::Value& contact, const Settings& settings) {
  FieldCollector out(region_of(settings));
  for (const auto& name : field_keys) {
    const auto key = contact[name.body].stated() ? name.body : name.form;
    out.take(name.field, contact[key], key);
  }
  out.take_full_name(contact["name"], "name");
  return out;
}

json::Value communication_in(const json::Value& root) {
  const auto nested = root["body"]["communication"];
  return nested.kind() == json::Kind::object ? nested : root["body"];
}

std::string communication_id_in(const json::Value& root) {
  const auto body = root["body"];
  if (body["communication"].kind() != json::Kind::object)
    if (auto named = id_in(body, "communication_id"); !named.empty())
      return named;
  return id_in(communication_in(root), "id");
}

bool is_form_field(std::string_view key) {
  return key == "csf1" || key == "csf2";
}

void take_custom_fields(events::FieldSet& fields, std::vector<events::SkippedPart>& unfit,
                        const json::Value& contact, const Settings& settings) {
  connectors::take_custom_fields(fields, unfit, settings, [&](const domain::CustomFieldRule& rule) {
    const auto own = contact["custom"][rule.key];
    return own.stated() ? own : contact[rule.key];
  });
}

/// Text or number; "" when there is none.
std::string id_in(const json::Value& object, std::string_view key) {
  const auto id = object[key].scalar();
  const auto text = id ? trimmed(*id) : std::string_view();
  return text.size() <= 100 ? std::string(text) : std::string();
}

std::vector<domain::Command> record_with(const json::Value& root, const Settings& settings,
                                         std::vector<events::SkippedPart>& skipped) {
  if (communication_in(root)["contact"].kind() == json::Kind::object) {
    auto collector = fields_of(own_contact(root), settings);
    auto record = record_in(root, collector, settings);
    if (!collector.wrong().empty()) {
      skipped.push_back(quarantined_part(Reason::wrong_type, wrong_types_text(collector.wrong())));
    } else if (!record.remote_id.value.empty()) {
      take_custom_fields(record.fields, skipped, own_contact(root), settings);
      return {std::move(record)};
    }
  }
  auto record = opt_out_in(root, settings);
  if (record.signs.empty() || (record.remote_id.value.empty() && record.fields.empty()))
    return {};
  return {std::move(record)};
}

std::vector<HandledKind> handled_kinds(const Settings&) {
  std::vector<HandledKind> out;
  for (const auto& one : handled)
    out.push_back({std::string(one.name), one.event_class == EventClass::contact ? "contacts"
                                          : one.event_class == EventClass::call  ? "calls"
                                          : one.event_class == EventClass::message
                                              ? "messages"
                                              : "calls and messages"});
  return out;
}

Peek peek_at(const json::Value& root, const WebhookRequest&, const Settings& settings) {
  Peek out;
  out.subject = subject_of(root);
  out.maybe_opt_out = may_close(signs_in(root, settings));
  if (!out.maybe_opt_out)
    return out;
  for (const auto& place : contact_places(root)) {
    for (const auto key : {"phone_number", "lead_number"})
      if (const auto value = place[key].scalar())
        add_address(out.addresses, Field::phone, *value, region_of(settings));
    if (const auto value = place["email"].scalar())
      add_address(out.addresses, Field::email, *value, region_of(settings));
  }
  return out;
}

domain::Translation translate_root(const json::Value& root, const StoredWebhook&,
                                   const Settings& settings) {
  const auto kind = kind_of_event(root);
  switch (kind.event_class) {
  case EventClass::contact:
    return translate_contact(root, kind, settings);
  case EventClass::call:
    return translate_call(root, kind, settings);
  case EventClass::message:
    return translate_message(root, kind, settings);
  default:
    break;
  }
  auto out = translate_rest(root, kind);
  if (auto record = opt_out_in(root, settings); !record.signs.empty()) {
    if (!record.remote_id.value.empty() || !record.fields.empty())
      out.commands.emplace_back(std::move(record));
  }
  return out;
}

} // namespace tidemark::connectors::aloware
