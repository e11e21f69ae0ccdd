#pragma once
#include "actors/ports/protocols.hpp"
#include "actors/ports/tenant_context.hpp"
#include "domain/attempt.hpp"

#include <functional>

namespace tidemark::actors {

/// What the decision to begin an attempt looks at: the log, and the machine's time zone database.
class AttemptLookup final : public domain::AttemptFacts {
public:
  using Step = Result<std::optional<domain::AttemptStep>>;
  AttemptLookup(const TenantContext& context, const DecidedThrough& decided,
                Position queue_known_to, Timestamp now, std::function<Step()> next_step)
      : context_(context), decided_(decided), read_to_(context.log().durable()),
        queue_known_to_(queue_known_to), now_(now), next_step_(std::move(next_step)) {}

  Position consent_known_to() const override { return read_to_; }
  Position queue_known_to() const override { return queue_known_to_; }
  Position undecided_opt_out() const override;
  domain::AddressConsent consent_of(const AddressHash& address) const override;
  domain::ConsentState consent_before(const AddressHash& address, Position input) const override;
  Position switched_off(const std::string& agent, events::Channel channel) const override;
  Position undecided_of(const ConnectorName& system, Position until) const override;
  domain::SendFacts moment(const events::ActionIntended& send) const override;
  std::optional<domain::AttemptStep> next_step() const override;

  /// An error met on the way: what was decided is void.
  const Status& error() const { return error_; }
  /// What was said about the addresses must be the same when the decision is appended (rule 3).
  /// Where a request is to leave, an opt-out of anybody that arrives in between makes that fail
  /// (rule 7).
  std::vector<storage::TagCondition> take_conditions(bool sends);

private:
  Position newest_under(const events::Tag& tag) const;
  domain::ConsentState fold(const AddressHash& address, Position until) const;

  const TenantContext& context_;
  const DecidedThrough& decided_;
  Position read_to_;
  Position queue_known_to_;
  Timestamp now_;
  std::function<Step()> next_step_;
  mutable Status error_{Done{}};
  mutable std::vector<storage::TagCondition> conditions_;
  mutable bool needs_consent_ = false;
};

} // namespace tidemark::actors
