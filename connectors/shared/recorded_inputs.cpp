#include "connectors/shared/recorded_inputs.hpp"

#include "base/contains.hpp"
#include "base/overloaded.hpp"
#include "base/text/json_writer.hpp"
#include "base/text/split.hpp"
#include "connectors/shared/consent_signals.hpp"
#include "connectors/shared/inbound.hpp"
#include "connectors/shared/refusal.hpp"
#include "domain/consent/imported_opt_out.hpp"
#include "domain/consent/unreadable_opt_out.hpp"

#include <algorithm>

namespace tidemark::connectors {
namespace {

/// What a command says against its person, and nothing else of it.
std::optional<domain::ObserveRecord> opt_out_in(const domain::Command& command) {
  domain::ObserveRecord out;
  std::visit(overloaded{[&](const domain::ObserveRecord& c) { out = opt_out_only(c); },
                        [&](const domain::ObserveMessage& c) {
                          out.connector = c.message.source;
                          out.remote_id = c.remote_id;
                          out.fields = c.fields;
                          out.signs = c.signs;
                          out = opt_out_only(std::move(out));
                        },
                        [](const auto&) { /* says nothing about consent */ }},
             command);
  std::erase_if(out.signs,
                [](const auto& sign) { return sign.change == events::ConsentChange::granted; });
  if (!out.opt_out_seen && out.signs.empty())
    return std::nullopt;
  return out;
}

/// Bytes that are no UTF-8 stand in names and texts, seldom in what says who opted out: read
/// without them the body stays in quarantine, but its opt-out applies.
void apply_opt_out_behind_bad_bytes(domain::Translation& out, const Configured& configured,
                                    StoredWebhook webhook) {
  const auto repaired = json::to_valid_utf8(webhook.body);
  if (repaired == webhook.body)
    return;
  webhook.body = repaired;
  for (const auto& command : configured.connector->translate(webhook, configured.settings).commands)
    if (auto record = opt_out_in(command))
      out.commands.emplace_back(*std::move(record));
}

bool is_mention(const domain::Command& command) {
  return std::holds_alternative<domain::ObserveMention>(command);
}

bool is_to_be_sent(const domain::Command& command) {
  const auto* message = std::get_if<domain::ObserveMessage>(&command);
  return message && message->message.to_be_sent;
}

/// Of what was said long ago an opt-out holds; whether an opt-in still does nobody knows. `heard`:
/// something in it about consent was decided then.
void leave_out_opt_ins(domain::Command& command, bool heard) {
  const auto clean = [&](std::vector<domain::ConsentSignal>& signs) {
    std::erase_if(signs,
                  [](const auto& sign) { return sign.change == events::ConsentChange::granted; });
    for (auto& sign : signs)
      sign.decided_before = heard;
  };
  if (auto* record = std::get_if<domain::ObserveRecord>(&command)) {
    record->listed = domain::ObservationSource::by_reprocess;
    clean(record->signs);
  } else if (auto* message = std::get_if<domain::ObserveMessage>(&command)) {
    clean(message->signs);
  }
}

/// The body goes on once, with the command that says most of the person.
void name_body(domain::Translation& out, Position body) {
  for (auto& command : out.commands) {
    const bool named = std::visit(
        [&](auto& c) {
          if constexpr (requires { c.body; })
            c.body = body;
          return requires {
            c.body;
          };
        },
        command);
    if (named)
      return;
  }
}

bool says_opt_out(const domain::Command& command) {
  return std::visit(
      [](const auto& c) {
        bool says = false;
        if constexpr (requires { c.opt_out_seen; })
          says = c.opt_out_seen;
        if constexpr (requires { c.signs; })
          says = says || may_close(c.signs);
        return says;
      },
      command);
}

/// What the configuration wants nothing of. Never a body that may say an opt-out, and none that
/// nobody could read: of that its kind is not known.
bool is_to_be_ignored(const domain::Translation& read, const Settings& settings,
                      bool maybe_opt_out) {
  const auto& allowed = settings.get("allowed_events");
  if (allowed.empty() || maybe_opt_out || std::ranges::any_of(read.commands, says_opt_out))
    return false;
  const bool unreadable =
      read.kind.empty() && std::ranges::any_of(read.skipped, [](const auto& part) {
        return part.outcome == events::Outcome::quarantined;
      });
  return !unreadable && std::ranges::none_of(split(allowed, "\n"), [&](std::string_view pattern) {
    return fits_kind(pattern, read.kind);
  });
}

domain::Translation ignored(std::string kind) {
  domain::Translation out{std::move(kind)};
  out.skipped.push_back({events::Outcome::ignored, Reason::event_not_allowed,
                         "allowed_events of the connector does not name this event: it is stored "
                         "and ignored."});
  return out;
}

domain::Translation read_webhook(const Configured& configured, const StoredWebhook& received,
                                 bool maybe_opt_out) {
  auto out = configured.connector->translate(received, configured.settings);
  if (maybe_opt_out) {
    if (std::ranges::all_of(out.commands, is_mention))
      apply_opt_out_behind_bad_bytes(out, configured, received);
    domain::hold_unreadable_opt_out(out);
  }
  if (is_to_be_ignored(out, configured.settings, maybe_opt_out))
    return ignored(std::move(out.kind));
  return out;
}

} // namespace

std::map<ConnectorName, Configured> configured_by(const events::ConfigApplied& applied) {
  std::map<ConnectorName, Configured> out;
  for (const auto& one : applied.connectors)
    if (const auto* connector = find(one.type)) {
      Settings settings;
      settings.name = one.connector;
      settings.values.insert(one.settings.begin(), one.settings.end());
      for (const auto& secret : one.secrets)
        settings.secrets[secret] = SecretText("***"); // as Settings::redacted() shows it
      out[one.connector] = {connector, std::move(settings)};
    }
  return out;
}

domain::Translation translate_stored(const Configured* configured,
                                     const events::StoredEvent& stored,
                                     const events::WebhookReceived& webhook) {
  if (!configured)
    return domain::skipped("", Reason::connector_not_configured,
                           "The connector that this came through is not configured any more.");
  auto out = read_webhook(*configured,
                          {webhook.channel, webhook.headers, stored.attachment,
                           stored.envelope.recorded_at,
                           webhook.verdict == events::VerificationVerdict::stale},
                          webhook.maybe_opt_out);
  const bool held = std::ranges::any_of(
      out.skipped, [](const auto& part) { return part.outcome == events::Outcome::quarantined; });
  if (out.may_go_on && !held)
    name_body(out, stored.envelope.position);
  return out;
}

domain::Translation translate_stored(const Configured* configured,
                                     const events::StoredEvent& stored,
                                     const events::BackfillPageReceived& page) {
  if (!configured || !configured->connector->translate_page)
    return domain::skipped("", Reason::connector_not_configured,
                           "The connector that this came through is not configured any more.");
  auto listed = configured->connector->translate_page(stored.attachment, configured->settings);
  if (!listed)
    return domain::quarantined(reason_of(listed.error()), listed.error().text);
  for (auto& command : listed->translation.commands)
    if (auto* record = std::get_if<domain::ObserveRecord>(&command)) {
      record->listed = page.kind == events::BackfillKind::backfill
                           ? domain::ObservationSource::by_backfill
                           : domain::ObservationSource::by_reconcile;
      record->run =
          std::string(events::name_of_enum(page.kind)) + ":" + std::to_string(page.run.value);
    }
  return std::move(listed->translation);
}

domain::Translation translate_stored(const Configured* configured,
                                     const events::StoredEvent& stored,
                                     const events::WebhookReprocessRequested& again) {
  if (!configured)
    return domain::skipped("", Reason::connector_not_configured,
                           "The connector that this came through is not configured any more.");
  auto out = read_webhook(
      *configured, {again.channel, again.headers, stored.attachment, again.received_at, false},
      again.maybe_opt_out);
  std::erase_if(out.commands, [&](domain::Command& command) {
    if (contains(again.led_to, domain::kind_of(command)) || is_mention(command))
      return true;
    if (!is_to_be_sent(command))
      return false;
    out.skipped.push_back({events::Outcome::skipped, Reason::written_too_long_ago,
                           "A text that is to be sent is not sent by reading it again."});
    return true;
  });
  const bool heard = contains(again.led_to, events::CommandKind::apply_consent);
  for (auto& command : out.commands)
    leave_out_opt_ins(command, heard);
  return out;
}

namespace {

/// A row tells how its list has the contact, as the webhook of a system would; it has no time. Ids
/// of two sources are those of two systems, so that a person who stands in both is one.
domain::Translation translate_row(const events::ContactImported& row) {
  domain::ObserveRecord record;
  const auto& id = row.remote_id.value;
  const auto end = id.find(':');
  record.connector = ConnectorName("import");
  if (end != id.npos) {
    record.connector.value += "." + id.substr(0, end);
    record.remote_id = RemoteId(id.substr(end + 1));
  }
  record.fields = row.fields;
  record.listed = domain::ObservationSource::by_backfill;
  if (!row.tags.empty())
    record.tags = row.tags;
  domain::Translation out{"contact import"};
  out.commands.emplace_back(std::move(record));
  return out;
}

/// Words that say an opt-out are a row of their own; what may be one is asked here. No word of
/// before opts anybody in.
domain::Translation translate_row(const events::MessageImported& row) {
  domain::ObserveMessage said;
  said.message = row.message;
  said.listed = true;
  const auto& number = row.message.their_address.reveal();
  said.fields.set(events::address_kind(row.message.channel), number);
  if (row.message.inbound && contains(text_channels(), row.message.channel))
    if (auto sign = sign_in_words(row.message.text.reveal(), number, row.message.stated_at, false);
        sign && sign->change == events::ConsentChange::review) {
      sign->rule = domain::import_rule(row.file_hash);
      said.signs.push_back(*std::move(sign));
    }
  domain::Translation out{"message import"};
  out.commands.emplace_back(std::move(said));
  return out;
}

} // namespace

std::optional<domain::Translation> translate_input(const Configured* configured,
                                                   const events::StoredEvent& stored,
                                                   const events::Event& input) {
  if (const auto* webhook = std::get_if<events::WebhookReceived>(&input))
    return translate_stored(configured, stored, *webhook);
  if (const auto* page = std::get_if<events::BackfillPageReceived>(&input))
    return translate_stored(configured, stored, *page);
  if (const auto* again = std::get_if<events::WebhookReprocessRequested>(&input))
    return translate_stored(configured, stored, *again);
  if (const auto* row = std::get_if<events::ContactImported>(&input))
    return translate_row(*row);
  if (const auto* said = std::get_if<events::MessageImported>(&input))
    return translate_row(*said);
  if (const auto* rebuild = std::get_if<events::ListsRebuildRequested>(&input)) {
    domain::Translation out{"lists rebuild"};
    for (const auto& contact : rebuild->contacts)
      out.commands.emplace_back(domain::RebuildLists{contact, rebuild->connector});
    return out;
  }
  return std::nullopt;
}

HttpAnswer judged_answer(const events::VendorAnswer& answer, std::string stored_body) {
  HttpAnswer out;
  out.status = answer.http_status;
  out.transport = answer.transport;
  out.sent = answer.sent;
  out.content_type = answer.content_type;
  out.retry_after = answer.retry_after;
  out.date = answer.date;
  out.cut = answer.body_bytes > stored_body.size();
  out.body = std::move(stored_body);
  return out;
}

namespace {

/// What of a delivery's values and of its person a vendor could repeat.
std::vector<std::string> personal_values(const domain::PendingDelivery& delivery) {
  std::vector<std::string> out;
  const auto add = [&](const events::FieldSet& fields) {
    for (const auto& [field, value] : fields)
      out.push_back(value.reveal());
  };
  add(delivery.intent.fields);
  add(delivery.intent.context);
  if (!delivery.action)
    return out;
  add(delivery.action->context);
  if (const auto& call = delivery.action->call)
    for (const auto* value : {&call->their_number, &call->transcript, &call->summary})
      out.push_back(value->reveal());
  if (const auto& message = delivery.action->message)
    for (const auto* value : {&message->their_address, &message->subject, &message->text})
      out.push_back(value->reveal());
  return out;
}

/// The connector's own word.
NextStep asked(const Configured& configured, const domain::DeliveryQueue& lane,
               const domain::PendingDelivery& delivery, const AttemptInput& input, Timestamp now) {
  // What the lane knows is newer, but an opt-out is meant for one of several records, and lists are
  // left by the record that is on them.
  const bool own = lane.remote_id.value.empty()
                   || (delivery.action && domain::is_about_its_record(*delivery.action)
                       && !delivery.intent.remote_id.value.empty());
  const auto& remote_id = own ? delivery.intent.remote_id : lane.remote_id;
  // before its first request an attempt is not counted yet
  const auto attempt =
      delivery.mid_attempt || delivery.dispatched ? delivery.attempt : delivery.attempt + 1;
  if (delivery.action) {
    if (!configured.connector->next_action)
      return Conclude{{domain::DeliveryVerdict::rejected, Reason::target_has_no_such_call}};
    return configured.connector->next_action({.intent = *delivery.action,
                                              .remote_id = remote_id,
                                              .attempt = attempt,
                                              .after_unknown = delivery.after_unknown,
                                              .now = now,
                                              .exchanges = input.exchanges,
                                              .unknown_step = delivery.unknown_step,
                                              .before = input.before},
                                             configured.settings);
  }
  const DeliveryWork work{.intent = delivery.intent,
                          .remote_id = remote_id,
                          .attempt = attempt,
                          .after_unknown = delivery.after_unknown,
                          .now = now,
                          .exchanges = input.exchanges,
                          .forward_body = input.forward_body,
                          .forward_headers = input.forward_headers};
  return configured.connector->next(work, configured.settings);
}

} // namespace

NextStep next_step(const Configured& configured, const domain::DeliveryQueue& lane,
                   const domain::PendingDelivery& delivery, const AttemptInput& input,
                   Timestamp now) {
  auto step = asked(configured, lane, delivery, input, now);
  auto* end = std::get_if<Conclude>(&step);
  if (end && end->delivery_result.verdict != domain::DeliveryVerdict::accepted)
    end->delivery_result.refused =
        refusal_of(*configured.connector, input.exchanges, personal_values(delivery));
  return step;
}

domain::AttemptStep as_decided(const NextStep& step, std::string request_sha256) {
  if (const auto* conclusion = std::get_if<Conclude>(&step))
    return conclusion->delivery_result;
  const auto& send = std::get<Send>(step);
  return domain::RequestStep{send.step, send.effect, std::move(request_sha256), send.gone};
}

std::string hash_of(const NextStep& step) {
  const auto* send = std::get_if<Send>(&step);
  return send ? hash_of(send->request) : std::string();
}

} // namespace tidemark::connectors
