#include "replay-tools/what_if/other_history.hpp"

namespace tidemark::tools {

OtherHistory::OtherHistory(const Alternative& alternative, const KeyedHasher& hasher,
                           std::string incarnation, TenantId tenant,
                           std::function<void(Position)> progress)
    : alternative_(alternative), hasher_(hasher), incarnation_(std::move(incarnation)),
      tenant_(std::move(tenant)), progress_(std::move(progress)) {}

bool OtherHistory::reads(const events::RecordHeader& header, std::string_view) const {
  return tenant_.value.empty() || header.tenant == tenant_.value
         || header.type == events::EngineStarted::name;
}

Recomputed OtherHistory::feed(std::span<ReplayEvent> append, bool compare) {
  const auto& first = append.front().recorded;
  if (progress_)
    progress_(first.envelope.position);
  if (const auto* started = std::get_if<events::EngineStarted>(&first.event))
    incarnation_ = started->incarnation;
  if (!tenant_.value.empty() && first.envelope.tenant != tenant_)
    return {};
  auto& tenant =
      tenants_.try_emplace(first.envelope.tenant, first.envelope.tenant, alternative_, hasher_)
          .first->second;
  const RecordedAppend all{append, subject_of(first.envelope.stream)};
  if (compare)
    tenant.decide(all, incarnation_);
  else
    tenant.follow(all, incarnation_);
  return {};
}

} // namespace tidemark::tools
