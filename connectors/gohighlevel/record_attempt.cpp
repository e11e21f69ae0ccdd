#include "connectors/gohighlevel/record_attempt.hpp"

#include "connectors/gohighlevel/actions.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/shared/inbound.hpp"
#include "domain/delivery/delivery.hpp"
#include "domain/rules/normalise.hpp"

namespace tidemark::connectors::gohighlevel {

using domain::DeliveryVerdict;
using events::Action;
using events::Field;

bool is_gone(const HttpAnswer& answer) {
  const auto document = json::parse(answer.body);
  return document && document.value().root().kind() == json::Kind::object
         && says_missing(answer, document.value().root()) && !is_wrong_route(answer);
}

RecordAttempt::RecordAttempt(const ActionWork& work, const Settings& settings)
    : work_(work), settings_(settings), id_(work.remote_id) {}

NextStep RecordAttempt::run() {
  auto first = id_.value.empty() ? search(Field::phone) : begin();
  return walk(std::move(first), work_.exchanges, [&](const Exchange& exchange) {
    return exchange.step.starts_with("search") ? after_search(exchange.answer) : after(exchange);
  });
}

NextStep RecordAttempt::lost() {
  if (!gone_.value.empty()) // the one found instead is gone too
    return nobody();
  gone_ = id_;
  return search(Field::phone);
}

std::string RecordAttempt::path() const {
  return "/contacts/" + url_encoded(id_.value);
}

NextStep RecordAttempt::search(Field by) {
  const auto& wanted = work_.intent.context;
  if (by == Field::phone && wanted.get(by).empty())
    by = Field::email;
  if (wanted.get(by).empty())
    return nobody();
  searched_by_ = by;
  return search_by(by, wanted.get(by), settings_);
}

/// A miss is `null`, no member or 404 (README fact 10).
NextStep RecordAttempt::after_search(const HttpAnswer& answer) {
  const bool miss = answer.status != 400 && is_gone(answer);
  if (auto judged = miss ? std::nullopt : judge_vendor(answer, Effect::none))
    return Conclude{std::move(*judged)};
  const auto document = json::parse(answer.body);
  const auto contact = document.value()["contact"];
  const RemoteId found(id_from(contact, {"id"}));
  if (!found.value.empty() && found == gone_ && domain::is_consent(work_.intent))
    return conclude(DeliveryVerdict::retry,
                    Reason::record_gone_but_found); // its index lags, or it came back
  if (!found.value.empty() && found != gone_ && is_ours(contact)) {
    id_ = found;
    return begin();
  }
  return searched_by_ == Field::phone ? search(Field::email) : nobody();
}

/// An opt-out holds for everybody with the number.
bool RecordAttempt::is_ours(const json::Value& contact) const {
  const auto& wanted = work_.intent.context;
  if (!shows_address(contact, searched_by_, wanted.get(searched_by_), settings_))
    return false;
  const bool anybodys = work_.intent.action == Action::opt_out && searched_by_ == Field::phone;
  return anybodys
         || !other_person(wanted, contact["firstName"].text().value_or(""),
                          contact["lastName"].text().value_or(""));
}

/// A call or a message waits for a record then. That a known record is gone is told of an opt-out
/// once only.
NextStep RecordAttempt::nobody() const {
  const bool was_known = domain::is_consent(work_.intent) && !gone_.value.empty();
  return conclude(DeliveryVerdict::rejected,
                  was_known ? Reason::not_found : Reason::no_record_there);
}

} // namespace tidemark::connectors::gohighlevel
