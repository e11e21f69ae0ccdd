#include "domain/delivery/connection_evidence.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

/// By the reason, not by the status: a connector may know a 401 to be about something else, as
/// GoHighLevel's for a missing conversation provider is.
bool refuses_credential(const ConnectionSign& sign) {
  return sign.reason_code == Reason::unauthorized || sign.reason_code == Reason::payment_required
         || sign.reason_code == Reason::forbidden;
}

} // namespace

void ConnectionEvidence::take(const ConnectionSign& sign, Timestamp now) {
  if (sign.http_status == 0)
    return;
  answered(now);
  auto& secret = sign.forwarded ? forward_secret : token;
  if (refuses_credential(sign)) {
    if (!sign.renewing && !secret.refused)
      secret.refused = now;
    if (secret.refused)
      secret.reason_code = sign.reason_code;
  } else if (sign.http_status >= 200 && sign.http_status < 300 && sign.understood) {
    secret = {.accepted = now, .refused = {}, .reason_code = Reason::none};
  }
}

const CredentialEvidence* ConnectionEvidence::refusal() const {
  if (token.refused)
    return &token;
  return forward_secret.refused ? &forward_secret : nullptr;
}

std::optional<Timestamp> ConnectionEvidence::accepted() const {
  return std::max(token.accepted, forward_secret.accepted);
}

ConnectionWord word_of(const ConnectionEvidence& evidence, Timestamp now) {
  if (evidence.refusal())
    return ConnectionWord::refused;
  const bool answers =
      evidence.reached && *evidence.reached <= now && now - *evidence.reached <= reached_lasts;
  return answers && evidence.accepted() ? ConnectionWord::connected : ConnectionWord::unknown;
}

} // namespace tidemark::domain
