#include "base/contains.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/shared/consent_signals.hpp"
#include "connectors/shared/inbound.hpp"
#include "domain/consent/unreadable_opt_out.hpp"
#include "domain/rules/normalise.hpp"

namespace tidemark::connectors::gohighlevel {
namespace {

using events::Field;

/// The words of Mailgun, whose payload this is; the vendor's document leaves them open, so that the
/// nouns are read too.
constexpr auto closing_events = words("unsubscribed", "unsubscribe", "complained", "complaint");

/// Seconds since 1970; "" when there is none that can be a time.
std::string time_of(const json::Value& seconds) {
  constexpr std::int64_t year_2100 = 4'102'444'800;
  const auto number = seconds.integer().value_or(0);
  return number > 0 && number < year_2100 ? to_rfc3339(Timestamp{std::chrono::seconds{number}})
                                          : std::string();
}

} // namespace

std::optional<std::string> unsubscribed_recipient(const json::Value& root) {
  const auto payload = root["webhookPayload"];
  const auto event = alphanumeric_key(payload["event"].text().value_or(""));
  if (kind_of_event(root).event_class != EventClass::email_stats
      || !contains(closing_events, event))
    return std::nullopt;
  return std::string(trimmed(payload["recipient"].text().value_or("")));
}

domain::Translation translate_email_stats(const json::Value& root, const EventKind& kind,
                                          bool stale, const Settings& settings) {
  const auto named = unsubscribed_recipient(root);
  if (!named)
    return domain::skipped(kind.name, Reason::kind_of_later_work,
                           "Statistics of a mail are not handled; the bytes are kept for "
                           "reprocessing.");
  domain::Translation out{kind.name};
  auto recipient = domain::normalised(Field::email, *named, {});
  if (domain::identity_key(Field::email, recipient).empty()) {
    out.skipped.push_back(domain::unreadable_opt_out());
    return out;
  }
  const auto payload = root["webhookPayload"];
  auto sign = mark(events::ConsentChange::revoked, {events::Channel::email},
                   events::Evidence::unsubscribe, time_of(payload["timestamp"]), stale);
  sign.rule = "provider_event";
  sign.kind = Field::email;
  sign.address = PiiText(recipient);
  domain::ObserveRecord record;
  record.connector = settings.name;
  record.fields.set(Field::email, std::move(recipient));
  record.opt_out_seen = true;
  record.signs.push_back(std::move(sign));
  out.commands.emplace_back(opt_out_only(std::move(record)));
  return out;
}

} // namespace tidemark::connectors::gohighlevel
