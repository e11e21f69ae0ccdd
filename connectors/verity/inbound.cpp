#include "connectors/shared/inbound.hpp"

#include "base/contains.hpp"
#include "connectors/shared/consent_signals.hpp"
#include "connectors/verity/parts.hpp"
#include "domain/consent/keyword_recognition.hpp"
#include "domain/consent/unreadable_opt_out.hpp"
#include "domain/rules/normalise.hpp"

namespace tidemark::connectors::verity {
namespace {

using events::Field;

/// The carrier below refuses numbers that opted out there (README fact 6). Its
/// last word may come under `message.sent` (README fact 3).
bool is_refused_opt_out(const Message& message) {
  return message.error_code == "40300"
         && (message.event == "message.failed" || message.status == "failed");
}

/// Told once more it is the same delivery. `message.sent` comes when the carrier takes the message
/// and again with its last word, so the status is part of it; the timestamp is that of forwarding
/// and differs between repeats.
std::string delivery_id_of(const Message& message) {
  if (message.id.empty() || message.event.empty())
    return {};
  auto out = message.event + "/" + message.id;
  if (!message.inbound && !message.status.empty())
    out += "/" + message.status;
  return out;
}

/// What the sender says about consent.
std::vector<domain::ConsentSignal> signs_of(const Message& message, const std::string& number,
                                            bool stale) {
  std::vector<domain::ConsentSignal> out;
  if (message.event == "optout.stop")
    out.push_back(
        told_by_provider(events::ConsentChange::revoked, number, message.stated_at, stale));
  else if (message.inbound)
    if (auto said = sign_in_words(message.text, number, message.stated_at, stale))
      out.push_back(std::move(*said));
  return out;
}

domain::Translation translate_sender(const Message& message, const StoredWebhook& webhook,
                                     const Settings& settings) {
  domain::Translation out{safe_kind(message.event)};
  if (message.from.empty()) {
    out.skipped.push_back(
        quarantined_part(Reason::missing_sender, "An incoming message without `from`."));
    return out;
  }
  auto phone = domain::normalised(Field::phone, message.from, region_of(settings));
  auto signs = signs_of(message, phone, webhook.stale);
  if (domain::identity_key(Field::phone, phone).empty()) {
    if (may_close(signs))
      out.skipped.push_back(domain::unreadable_opt_out());
    else
      out.skipped.push_back({events::Outcome::skipped, Reason::sender_is_no_phone_number,
                             "The sender is a short code or name, which no contact can have."});
  } else if (!signs.empty() || !webhook.stale) {
    domain::ObserveRecord record;
    record.connector = settings.name;
    record.fields.set(Field::phone, std::move(phone));
    record.opt_out_seen = closes_any(signs);
    record.signs = std::move(signs);
    out.commands.emplace_back(std::move(record));
  }
  const bool says = !message.text.empty() || !message.media.usable.empty();
  if (!webhook.stale && !out.commands.empty() && says)
    out.commands.emplace_back(observed(message, settings));
  tell_left_out(message.media, out.skipped);
  if (message.unreadable_text) {
    out.skipped.push_back(quarantined_part(Reason::wrong_type, wrong_types_text({"body"})));
    out.skipped.push_back(domain::unreadable_opt_out());
  }
  if (webhook.stale)
    out.skipped.push_back(
        quarantined_part(Reason::stale, "Outside its time; only an opt-out applies."));
  return out;
}

/// A message that left through Verity, or how far it came.
domain::Translation translate_sent(const Message& message, const std::string& kind,
                                   const Settings& settings) {
  auto command = observed(message, settings);
  if (command.fields.empty()) {
    auto out = domain::quarantined(Reason::missing_recipient,
                                   "A sent message that names no telephone number.");
    out.kind = kind;
    return out;
  }
  if (is_refused_opt_out(message))
    command.signs.push_back(
        refused_by_provider(command.fields.get(Field::phone), message.stated_at));
  domain::Translation out{kind};
  out.commands.emplace_back(std::move(command));
  tell_left_out(message.media, out.skipped);
  return out;
}

constexpr auto handled = words("message.received", "message.sent", "message.delivered",
                               "message.failed", "optout.stop", "optout.help", "message.queued");
constexpr std::string_view conversation_created = "conversation.created"; // says nothing yet

domain::Translation translate_texting(const json::Value& root, const StoredWebhook& webhook,
                                      const Settings& settings) {
  const auto message = message_in(root);
  const auto kind = safe_kind(message.event);
  if (message.event.empty())
    return domain::skipped("", Reason::no_event_type,
                           "The body names no event: taken as a test ping.");
  if (!contains(handled, message.event) && message.event != conversation_created) {
    if (message.inbound && domain::may_be_opt_out(domain::recognise(message.text).sign))
      return translate_sender(message, webhook, settings); // a STOP holds whatever tells of it
    return domain::skipped(kind, Reason::unknown_event_type,
                           "No such event type is known; the bytes are kept for reprocessing.");
  }
  const bool tells_sender = message.event == "message.received" || message.event == "optout.stop"
                            || message.event == "optout.help";
  if (tells_sender && (message.inbound || message.event == "optout.stop"))
    return translate_sender(message, webhook, settings);
  if (message.event == conversation_created)
    return domain::skipped(kind, Reason::kind_of_later_work,
                           "A conversation without a message says nothing yet; the bytes are kept "
                           "for reprocessing.");
  if (webhook.stale)
    return domain::quarantined(Reason::stale, "Outside its time; only an opt-out applies.");
  return translate_sent(message, kind, settings);
}

domain::Translation translate_broadcast(const json::Value& root, const Settings& settings) {
  const auto event = first_of(root, {"eventType", "type"});
  if (event.empty() || first_of(root, {"broadcastId"}).empty())
    return domain::quarantined(Reason::missing_required_fields,
                               "A broadcast event needs broadcastId and eventType.");
  domain::Translation out{safe_kind(event)};
  out.broadcasts.push_back({settings.name, first_of(root, {"broadcastId"}), out.kind,
                            sortable_time(first_of(root, {"timestamp"}))});
  return out;
}

} // namespace

std::vector<HandledKind> handled_kinds(const Settings&) {
  std::vector<HandledKind> out;
  for (const auto name : handled)
    out.push_back({std::string(name), name.starts_with("optout") ? "opt-outs" : "messages"});
  out.push_back({"broadcast*", "broadcasts"}); // on their channel also under other names
  return out;
}

Peek peek_at(const json::Value& root, const WebhookRequest& request, const Settings& settings) {
  Peek out;
  if (request.channel == broadcast_channel) {
    const auto id = first_of(root, {"broadcastId"}), time = first_of(root, {"timestamp"});
    if (!id.empty() && !time.empty())
      out.delivery_id = id + "/" + first_of(root, {"eventType", "type"}) + "/" + time;
    return out;
  }
  const auto message = message_in(root);
  out.delivery_id = delivery_id_of(message);
  if (out.delivery_id.empty())
    out.subject = message.from;
  out.maybe_opt_out = (message.event.starts_with("optout.") && message.event != "optout.help")
                      || (message.inbound
                          && (message.unreadable_text
                              || domain::may_be_opt_out(domain::recognise(message.text).sign)));
  if (out.maybe_opt_out) {
    out.said = message.from + '\n' + message.text;
    add_address(out.addresses, Field::phone, message.from, region_of(settings));
  }
  if (is_refused_opt_out(message)) {
    out.maybe_opt_out = true;
    out.said = message.to + '\n' + message.error_code;
    add_address(out.addresses, Field::phone, message.to, region_of(settings));
  }
  return out;
}

domain::Translation translate_root(const json::Value& root, const StoredWebhook& webhook,
                                   const Settings& settings) {
  if (webhook.channel == broadcast_channel)
    return translate_broadcast(root, settings);
  return translate_texting(root, webhook, settings);
}

} // namespace tidemark::connectors::verity
