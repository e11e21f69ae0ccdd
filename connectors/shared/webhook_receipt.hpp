#pragma once
#include "base/keyed_hash.hpp"
#include "connectors/connector.hpp"
#include "events/intake.hpp"

/// What is kept of a webhook's arrival: by what it is known again, and by what it was shown to be
/// its system's.
namespace tidemark::connectors {

/// Which webhook of a tenant.
struct WebhookPlace {
  const TenantId& tenant;
  const ConnectorName& connector;
  std::string_view channel;
};

/// By what a repeat is known (rule 11). Without a delivery id it is what the body says, whatever
/// the order of its members, and then for a short while only.
struct RepeatKey {
  Hash16 hash{};
  bool for_ever = false;
};
RepeatKey repeat_key(const KeyedHasher& hasher, const WebhookPlace& place, const Peek& peek,
                     std::string_view body);

/// Names a key or secret of a connector's webhooks without telling anything of it.
std::string webhook_key_id(const KeyedHasher& hasher, const TenantId& tenant,
                           const ConnectorName& connector, std::string_view key);

/// The headers that the connector keeps for its translation; repeated ones joined by ", ".
std::map<std::string, std::string> kept_headers(const Connector& connector, const Headers& headers);

/// What shows later that the webhook was its system's, besides `kept`. Never a secret.
events::ReceiptProof proof_of(const KeyedHasher& hasher, const WebhookPlace& place,
                              const Credential& by, const Headers& headers,
                              const std::map<std::string, std::string>& kept);

/// What a stored webhook's proof is worth now.
enum class ProofState : std::uint8_t {
  genuine,         ///< its signature fits its body and a key that is held
  attested,        ///< a secret itself came and fitted: nothing of it is kept that could be checked
  key_not_held,    ///< it was signed with a key that is held no more
  does_not_verify, ///< the key is held, and the signature does not fit
  nothing_was_kept, ///< stored by a version that kept no proof
};
struct ProofFinding {
  ProofState state = ProofState::nothing_was_kept;
  std::string scheme, key_id; ///< as recorded, or of the key that fits; "" where none is known
  bool retired = false;       ///< the key is one of `retired_secrets`
};
/// Verifies a stored webhook again as it came at `received_at`, with the keys of the settings and
/// the retired ones.
ProofFinding check_proof(const KeyedHasher& hasher, const TenantId& tenant,
                         const Connector& connector, const Settings& settings,
                         const events::WebhookReceived& webhook, std::string_view body,
                         Timestamp received_at);

} // namespace tidemark::connectors
