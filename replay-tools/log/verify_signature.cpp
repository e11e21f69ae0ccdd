#include "base/crypto.hpp"
#include "config/load.hpp"
#include "connectors/shared/webhook_receipt.hpp"
#include "replay-tools/log/log_commands.hpp"
#include "replay-tools/output.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

// Was it really theirs? A stored webhook is verified again, however old it is.
namespace tidemark::tools {
namespace {

using connectors::ProofFinding;
using connectors::ProofState;

struct Verdict {
  std::string_view word;
  std::string text;
  int exit_code = exit_code::done;
};

Verdict verdict_of(const ProofFinding& found) {
  switch (found.state) {
  case ProofState::genuine:
    return {"genuine",
            fmt::format("genuine: its body is the one that was signed with key {} ({}{})",
                        found.key_id, found.scheme, found.retired ? ", retired" : "")};
  case ProofState::attested:
    return {"attested",
            fmt::format("attested at receipt, cannot be proved again: the sender showed the secret "
                        "with id {} itself, and signed nothing",
                        found.key_id),
            exit_code::cannot_be_shown};
  case ProofState::key_not_held:
    return {"key_not_held",
            fmt::format("the key with id {} is no longer held, so nothing can be said now; add it "
                        "to the connector's retired_secrets",
                        found.key_id),
            exit_code::cannot_be_shown};
  case ProofState::does_not_verify:
    return {"does_not_verify", "does not verify: its signature does not fit its body",
            exit_code::does_not_hold};
  case ProofState::nothing_was_kept:
    break;
  }
  return {"nothing_was_kept", "no signature was kept with it: it was stored by an earlier version",
          exit_code::cannot_be_shown};
}

/// The connector as it is configured now, with its keys; null when it is not any more.
const config::ConnectorConfig* configured(const config::Config& config, const TenantId& tenant,
                                          const ConnectorName& name) {
  const auto* of_tenant = config.tenant(tenant);
  if (of_tenant == nullptr)
    return nullptr;
  const auto found = std::ranges::find_if(
      of_tenant->connectors, [&](const auto& own) { return own.settings.name == name; });
  return found == of_tenant->connectors.end() ? nullptr : &*found;
}

ProofFinding finding_of(const events::WebhookReceived& webhook, const events::StoredEvent& stored,
                        const KeyedHasher& hasher, const config::ConnectorConfig* own) {
  if (webhook.body_sha256 != sha256_hex(stored.attachment))
    return {ProofState::does_not_verify, {}, {}, false};
  if (own != nullptr)
    return check_proof(hasher, stored.envelope.tenant, *own->connector, own->settings, webhook,
                       stored.attachment, webhook.spooled_at.value_or(stored.envelope.recorded_at));
  if (!webhook.proof)
    return {};
  return {webhook.proof->scheme == events::credential_matched ? ProofState::attested
                                                              : ProofState::key_not_held,
          webhook.proof->scheme, webhook.proof->key_id, false};
}

} // namespace

Result<int> verify_signature(DataFolder& folder, const CommonOptions& common,
                             std::uint64_t position) {
  TRY(stored, folder.log().at(Position{position}));
  if (!stored || (!common.tenant.empty() && stored->envelope.tenant.value != common.tenant))
    return Error{"not_found", fmt::format("there is no event {}: the log ends at {}", position,
                                          folder.log().durable().value)};
  TRY(event, events::decode(stored->envelope.type, stored->payload));
  const auto* webhook = std::get_if<events::WebhookReceived>(&event);
  if (webhook == nullptr)
    return Error{"bad_usage",
                 fmt::format("the event {} is no webhook but {}", position, stored->envelope.type)};
  const auto loaded = config::load_config_file(common.config, *config::process_environment());
  if (!loaded.ok())
    return Error{"bad_configuration", config::to_text(loaded.faults.front())
                                          + "; the keys are read from the configuration, with the "
                                            "secrets of the service"};
  TRY(hasher, folder.hasher());
  const auto found =
      finding_of(*webhook, *stored, hasher,
                 configured(loaded.config, stored->envelope.tenant, webhook->connector));
  const auto verdict = verdict_of(found);
  const auto source = webhook->proof ? webhook->proof->source_address : std::string();
  print(common.format,
        {{"position", position},
         {"connector", webhook->connector.value},
         {"received_at", to_rfc3339(stored->envelope.recorded_at)},
         {"source_address", source},
         {"verdict", verdict.word},
         {"scheme", found.scheme},
         {"key_id", found.key_id},
         {"retired", found.retired},
         {"text", verdict.text}},
        fmt::format("event {}, a webhook from {}{} recorded at {}: {}", position,
                    webhook->connector.value, source.empty() ? "" : " sent by " + source,
                    to_rfc3339(stored->envelope.recorded_at), verdict.text));
  return verdict.exit_code;
}

} // namespace tidemark::tools
