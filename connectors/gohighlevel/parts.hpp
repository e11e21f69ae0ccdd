#pragma once
#include "base/text/json_reader.hpp"
#include "connectors/connector.hpp"
#include "connectors/shared/oauth.hpp"

#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The parts of the GoHighLevel connector, for each other.
namespace tidemark::connectors::gohighlevel {

/// The sub-account's channel for messages that an agent wrote (README fact 20).
inline constexpr std::string_view provider_channel = "provider-delivery";

/// The key that the vendor publishes, the same for all apps (README fact 6).
inline constexpr std::string_view published_key =
    "MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=";
extern const std::string_view published_legacy_key; ///< RSA, PEM

/// 32 raw bytes of a public key written as PEM, base64 SPKI, base64 of the bytes, or 64 hex digits.
std::optional<std::string> raw_public_key(std::string_view text);
/// The entries of `public_keys`: one per line, a PEM block counts as one.
std::vector<std::string> configured_keys(const Settings& settings);

/// Which member of the vendor's JSON holds a field, in webhooks, answers and requests alike.
struct FieldName {
  events::Field field;
  std::string_view key;      ///< `firstName`
  std::string_view workflow; ///< the workflow builder's spelling, `first_name`
};
inline constexpr std::array<FieldName, events::field_count> field_keys{{
    {events::Field::first_name, "firstName", "first_name"},
    {events::Field::last_name, "lastName", "last_name"},
    {events::Field::phone, "phone", "phone"},
    {events::Field::email, "email", "email"},
    {events::Field::company, "companyName", "company_name"},
    {events::Field::timezone, "timezone", "timezone"},
    {events::Field::address_line1, "address1", "address1"},
    {events::Field::address_city, "city", "city"},
    {events::Field::address_state, "state", "state"},
    {events::Field::address_postal_code, "postalCode", "postal_code"},
    {events::Field::address_country, "country", "country"},
    {events::Field::source, "source", "contact_source"},
}};

/// A custom field by its id or key; they are a list of `{id, value}`, or members of an object.
json::Value custom_field(const json::Value& contact, std::string_view wanted);
/// The mapped custom fields that a contact states.
void take_custom_fields(events::FieldSet& fields, std::vector<events::SkippedPart>& unfit,
                        const json::Value& contact, const Settings& settings);
/// GET /locations/{id}/customFields, and its answer.
HttpRequest list_custom_fields(const Settings& settings);
Result<std::vector<VendorField>> read_custom_fields(std::string_view body);

/// Does a body of the provider's channel ask for a message to be sent? Not so one that tells of a
/// status, or of what the person wrote (requirement A1.2).
bool is_to_be_sent(const json::Value& root);
/// Was the message that the body tells of held back because the person opted out?
bool tells_refusal(const json::Value& root);
/// A mail's text without what it quotes and without HTML's tags.
std::string own_words(std::string_view mail);

/// What a mark of ours says beside it, so that it is known again when the vendor tells of it.
inline constexpr std::string_view opt_out_note = "Opt-out kept by Tidemark";
inline constexpr std::string_view opt_in_note = "Opt-in kept by Tidemark";
/// Tags that stand beside a mark of ours for texts: workflows and smart lists go by them.
inline constexpr std::array<std::string_view, 2> text_opt_out_tags{"DNC-SMS", "SMS Opted Out"};
/// Is it one of these, in any spelling? The vendor keeps tags in small letters.
bool is_text_opt_out_tag(std::string_view tag);

/// What a contact's body says about consent (README fact 13). `says_dnd`: the event is about that,
/// so channels which it calls open were opened.
std::vector<domain::ConsentSignal> signs_of(const json::Value& contact, bool says_dnd,
                                            const std::string& stated_at, bool stale);
/// Any sign in a contact's body that the person wants no messages.
bool shows_opt_out(const json::Value& contact);

/// What an event name stands for.
enum class EventClass : std::uint8_t {
  contact,
  contact_deleted,
  message,
  appointment,
  opportunity,
  email_stats,
  later,
  unknown,
  none
};
struct EventKind {
  EventClass event_class = EventClass::none;
  std::string name;            ///< made safe
  std::string_view later_of{}; ///< "messages", "notes" ... for `later`
  bool inferred = false;       ///< the body names none, as those of workflows
};
/// The first of the members that can be an id, text or number; "" when there is none.
std::string id_from(const json::Value& object, std::initializer_list<std::string_view> keys);
/// InboundMessage and OutboundMessage: a call, voicemail, text or e-mail (README fact 21).
domain::Translation translate_message(const json::Value& root, const EventKind& kind,
                                      const Settings& settings);
/// LCEmailStats: what became of a mail. Only a recipient's unsubscribe or complaint is taken.
domain::Translation translate_email_stats(const json::Value& root, const EventKind& kind,
                                          bool stale, const Settings& settings);
/// The recipient that an LCEmailStats says has unsubscribed or complained, "" when it names none;
/// nothing for any other body.
std::optional<std::string> unsubscribed_recipient(const json::Value& root);
/// AppointmentCreate, AppointmentUpdate and AppointmentDelete (README fact 23).
domain::Translation translate_appointment(const json::Value& root, const EventKind& kind,
                                          const Settings& settings);
/// OpportunityCreate, OpportunityUpdate, OpportunityStageUpdate and so on: all tell the whole state
/// (README fact 26). One that tells no time is as new as it came.
domain::Translation translate_opportunity(const json::Value& root, const EventKind& kind,
                                          Timestamp received_at, const Settings& settings);
/// What an agent wrote and another system has to send (README fact 20). The body tells no time: it
/// is taken to be written when it came.
domain::Translation translate_provider_delivery(const json::Value& root, Timestamp received_at,
                                                const Settings& settings);

/// Any sign in a contact's body that the person wants no messages (README fact 13).
bool shows_opt_out(const json::Value& contact);

/// Reads the name from `event`, `type` or `eventType`, else infers it (requirement A1.3).
EventKind kind_of_event(const json::Value& root);

Verification verify(const WebhookRequest& request, const Settings& settings, Timestamp now);
/// See Connector.
std::vector<SecretText> webhook_keys(const Settings& settings, std::string_view channel);
std::vector<HandledKind> handled_kinds(const Settings& settings);
Peek peek_at(const json::Value& root, const WebhookRequest& request, const Settings& settings);
domain::Translation translate_root(const json::Value& root, const StoredWebhook& webhook,
                                   const Settings& settings);
/// A contact as lists and answers show it: the same record that a webhook about it gives.
domain::Translation translate_listed(const json::Value& contact, const Settings& settings);
HttpRequest list_page(std::string_view cursor, const Settings& settings);
Result<ListedPage> translate_page(std::string_view body, const Settings& settings);
NextStep next(const DeliveryWork& work, const Settings& settings);
/// What a refusing answer says, raw (see connectors/shared/refusal.hpp).
events::Refusal refusal(std::string_view body);
/// opt_out and opt_in.
NextStep next_consent_action(const ActionWork& work, const Settings& settings);
NextStep next_action(const ActionWork& work, const Settings& settings);

// ---- limits.cpp

/// The burst's and the day's limits in the headers (README fact 4). A reset is in milliseconds: of
/// the clock or until then, told apart by its size.
domain::StatedLimits stated_limits(const HttpAnswer& answer, Timestamp now);

// ---- oauth.cpp

/// README fact 2.
extern const OAuth oauth;

/// probe.cpp: see Connector.
HttpRequest probe(const Settings& settings);
domain::DeliveryResult judge_probe(const HttpAnswer& answer);

} // namespace tidemark::connectors::gohighlevel
