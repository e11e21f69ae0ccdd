#pragma once
#include "replay-tools/what_if/other_tenant.hpp"

#include <functional>

namespace tidemark::tools {

/// The log's inputs decided otherwise, tenant by tenant. Sends nothing: it has no way to.
class OtherHistory final : public Recomputer {
public:
  /// `tenant`: only this one's; "" for all. `progress` hears how far the log is read.
  OtherHistory(const Alternative& alternative, const KeyedHasher& hasher, std::string incarnation,
               TenantId tenant = {}, std::function<void(Position)> progress = {});

  bool reads(const events::RecordHeader& header, std::string_view record) const override;
  /// `compare` false: what is asked begins later.
  Recomputed feed(std::span<ReplayEvent> append, bool compare) override;
  void pass(const TenantId&, events::Decider, Position) override {} // another tenant's

  std::map<TenantId, OtherTenant>& tenants() { return tenants_; }

private:
  const Alternative& alternative_;
  const KeyedHasher& hasher_;
  std::string incarnation_;
  TenantId tenant_;
  std::function<void(Position)> progress_;
  std::map<TenantId, OtherTenant> tenants_;
};

} // namespace tidemark::tools
