#pragma once
#include "connectors/shared/custom_fields.hpp"
#include "connectors/shared/inbound.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

/// The parts of the Aloware connector, for each other.
namespace tidemark::connectors::aloware {

/// Which member of the vendor's JSON holds a field.
struct FieldName {
  events::Field field;
  std::string_view form; ///< in POST /forms
  std::string_view body; ///< in webhooks and look-ups, where it has another name
};
inline constexpr std::array<FieldName, events::field_count> field_keys{{
    {events::Field::first_name, "first_name", "first_name"},
    {events::Field::last_name, "last_name", "last_name"},
    {events::Field::phone, "phone_number", "phone_number"},
    {events::Field::email, "email", "email"},
    {events::Field::company, "company_name", "company_name"},
    {events::Field::timezone, "timezone", "timezone"},
    {events::Field::address_line1, "address", "address"},
    {events::Field::address_city, "city", "city"},
    {events::Field::address_state, "state", "state"},
    {events::Field::address_postal_code, "zipcode", "zip"},
    {events::Field::address_country, "country", "country"},
    {events::Field::source, "lead_source", "lead_source"},
}};

/// Where a contact's members can be, the most exact place first.
std::array<json::Value, 5> contact_places(const json::Value& root);
/// Everything that a body says about consent: marks on the contact, tags, the person's words.
std::vector<domain::ConsentSignal> signs_in(const json::Value& root, const Settings& settings);
/// The marks on the contact that a look-up shows, with its number. Its other members may be older
/// than what is on its way there. A record without a mark, and none at all, need no command.
Result<ListedPage> translate_look_up(std::string_view body, const Settings& settings);
/// The text of a message that came in; nothing for other bodies.
std::optional<std::string_view> inbound_text(const json::Value& root);
/// A time of the vendor in sortable form, "" when it is none.
std::string time_in(const json::Value& value);
/// What an event name stands for.
enum class EventClass : std::uint8_t {
  contact,
  call,
  message,
  communication, ///< a call or a message: the body says which
  later,
  unknown,
  none
};
struct EventKind {
  EventClass event_class = EventClass::none;
  std::string name;            ///< made safe
  std::string_view later_of{}; ///< "appointments" for `later`
  std::string_view
      part{}; ///< of a call: initiated, disposed ... (see domain/conversations/calls.hpp)
};

/// The event's name as the body writes it: `event`, else `type`, `eventType` or `data.event`
/// (requirement A1.3); "" when it names none.
std::string_view event_name_in(const json::Value& root);
/// The communication in a body, which is the body itself or a member of it.
json::Value communication_in(const json::Value& root);
/// Its id, which a part that comes without it names as `communication_id`; "" when there is none.
std::string communication_id_in(const json::Value& root);
/// The fields that a contact's members state.
FieldCollector fields_of(const json::Value& contact, const Settings& settings);
/// The two custom fields that a form can write (README fact 11).
bool is_form_field(std::string_view key);
/// The mapped custom fields that they state (README fact 11).
void take_custom_fields(events::FieldSet& fields, std::vector<events::SkippedPart>& unfit,
                        const json::Value& contact, const Settings& settings);
/// Text or number; "" when there is none.
std::string id_in(const json::Value& object, std::string_view key);
/// The contact that a body has with it, when it can be read whole; what cannot is told in
/// `skipped`.
std::vector<domain::Command> record_with(const json::Value& root, const Settings& settings,
                                         std::vector<events::SkippedPart>& skipped);
/// What happened in a call, with the contact that the body has with it.
domain::Translation translate_call(const json::Value& root, const EventKind& kind,
                                   const Settings& settings);
/// The same for a text.
domain::Translation translate_message(const json::Value& root, const EventKind& kind,
                                      const Settings& settings);

Verification verify(const WebhookRequest& request, const Settings& settings, Timestamp now);
/// See Connector.
std::vector<SecretText> webhook_keys(const Settings& settings, std::string_view channel);
std::vector<HandledKind> handled_kinds(const Settings& settings);
Peek peek_at(const json::Value& root, const WebhookRequest& request, const Settings& settings);
domain::Translation translate_root(const json::Value& root, const StoredWebhook& webhook,
                                   const Settings& settings);
NextStep next(const DeliveryWork& work, const Settings& settings);
/// What a refusing answer says, raw (see connectors/shared/refusal.hpp).
events::Refusal refusal(std::string_view body);
/// opt_out and opt_in.
NextStep next_consent_action(const ActionWork& work, const Settings& settings);
/// join_list, leave_lists, set_owner, join_sequence and leave_sequences.
NextStep next_placement_action(const ActionWork& work, const Settings& settings);
NextStep next_action(const ActionWork& work, const Settings& settings);

/// probe.cpp: see Connector.
HttpRequest probe(const Settings& settings);
domain::DeliveryResult judge_probe(const HttpAnswer& answer);

} // namespace tidemark::connectors::aloware
