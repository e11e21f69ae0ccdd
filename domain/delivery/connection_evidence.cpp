#include "domain/delivery/connection_evidence.hpp"

#include "domain/delivery/delivery_verdict.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

/// By the reason, not by the status: a connector may know a 401 to be about something else, as
/// GoHighLevel's for a missing conversation provider is.
void refuse(CredentialEvidence& secret, const ConnectionSign& sign, Timestamp now) {
  if (!sign.renewing && !secret.refused)
    secret.refused = now;
  if (!secret.refused)
    return;
  secret.reason_code = sign.reason_code;
  secret.http_status = sign.http_status;
  secret.by_probe = sign.probe;
  secret.from_log = false;
}

/// Does a success of a probe show that what was refused is mended? The key is the same everywhere;
/// that there are credits is shown by what needs them.
bool mends(const ConnectionSign& sign, Reason refused, bool seen_by_probe) {
  return !sign.probe || seen_by_probe || refused == Reason::unauthorized;
}

} // namespace

void ConnectionEvidence::take(const ConnectionSign& sign, Timestamp now) {
  note_outcome(sign, now);
  if ((sign.http_status == 0 || sign.http_status >= 500) && sign.reason_code != Reason::none)
    failure = sign.reason_code;
  if (sign.http_status == 0)
    return;
  answered(now);
  auto& secret = sign.forwarded ? forward_secret : token;
  if (refuses_credential(sign.reason_code))
    return refuse(secret, sign, now);
  if (lacks_right(sign.reason_code)) {
    const auto since = missing_right ? missing_right->since : now;
    missing_right = {since, sign.reason_code, sign.probe};
    return;
  }
  const bool success = sign.http_status >= 200 && sign.http_status < 300;
  if (!sign.understood || !(success || sign.probe)) // "nobody has this number" answers a probe too
    return;
  if (missing_right && (!sign.probe || missing_right->by_probe))
    missing_right.reset();
  if (!secret.refused || mends(sign, secret.reason_code, secret.by_probe))
    secret = {
        .accepted = now, .refused = {}, .http_status = sign.http_status, .by_probe = sign.probe};
}

void ConnectionEvidence::note_outcome(const ConnectionSign& sign, Timestamp now) {
  const bool success = sign.http_status >= 200 && sign.http_status < 300;
  if (success && sign.understood)
    last_success = now;
  else if (!sign.probe || !sign.understood) // "nobody has this number" is what a probe expects
    last_error = {now, sign.reason_code, sign.http_status};
}

const CredentialEvidence* ConnectionEvidence::refusal() const {
  if (token.refused)
    return &token;
  return forward_secret.refused ? &forward_secret : nullptr;
}

const CredentialEvidence* ConnectionEvidence::acceptance() const {
  const auto& newest = token.accepted < forward_secret.accepted ? forward_secret : token;
  return newest.accepted ? &newest : nullptr;
}

std::optional<Timestamp> ConnectionEvidence::accepted() const {
  return std::max(token.accepted, forward_secret.accepted);
}

bool is_reached(const ConnectionEvidence& evidence, Timestamp now) {
  return evidence.reached && *evidence.reached <= now && now - *evidence.reached <= reached_lasts;
}

ConnectionWord word_of(const ConnectionEvidence& evidence, Timestamp now) {
  if (evidence.refusal())
    return ConnectionWord::refused;
  if (evidence.missing_right)
    return ConnectionWord::limited;
  return is_reached(evidence, now) && evidence.accepted() ? ConnectionWord::connected
                                                          : ConnectionWord::unknown;
}

void CredentialJournal::restore(const events::CredentialChanged& event, Timestamp recorded_at,
                                const std::string& key_id, ConnectionEvidence& evidence) {
  (event.forward_secret ? forward_secret_ : token_) = event;
  auto& secret = event.forward_secret ? evidence.forward_secret : evidence.token;
  const bool is_newer_known = !secret.from_log && (secret.accepted || secret.refused);
  if (is_newer_known)
    return;
  secret = {};
  if (event.key_id != key_id)
    return;
  const bool accepted = event.state == events::CredentialState::accepted;
  (accepted ? secret.accepted : secret.refused) = recorded_at;
  secret.reason_code = event.reason_code;
  secret.http_status = event.http_status;
  secret.by_probe = event.probe;
  secret.from_log = true;
}

std::vector<events::CredentialChanged> CredentialJournal::note(const ConnectorName& connector,
                                                               const std::string& key_id,
                                                               const ConnectionEvidence& evidence) {
  std::vector<events::CredentialChanged> out;
  const auto look = [&](const CredentialEvidence& now, bool forward_secret,
                        std::optional<events::CredentialChanged>& recorded) {
    if (now.from_log || (!now.accepted && !now.refused))
      return;
    const auto state =
        now.refused ? events::CredentialState::refused : events::CredentialState::accepted;
    if (recorded && recorded->state == state && recorded->key_id == key_id
        && recorded->reason_code == now.reason_code)
      return;
    recorded = {.connector = connector,
                .key_id = key_id,
                .forward_secret = forward_secret,
                .state = state,
                .http_status = now.http_status,
                .reason_code = now.reason_code,
                .probe = now.by_probe};
    out.push_back(*recorded);
  };
  look(evidence.token, false, token_);
  look(evidence.forward_secret, true, forward_secret_);
  return out;
}

} // namespace tidemark::domain
