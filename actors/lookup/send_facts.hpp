#pragma once
#include "actors/lookup/consent_check.hpp"
#include "domain/consent/send_gate.hpp"

#include <optional>

namespace tidemark::actors {

/// Everything that the send gate has to know about a message, as of `now`; nothing while the
/// verdict is still to come. Asks the log and the machine's time zone database.
Result<std::optional<domain::SendFacts>> send_facts(const TenantContext& context,
                                                    const ConsentVerdict& verdict,
                                                    const events::ActionIntended& send,
                                                    Timestamp now);

} // namespace tidemark::actors
