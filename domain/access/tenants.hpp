#pragma once
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "events/all.hpp"

#include <map>
#include <optional>
#include <string>

/// Tenants that were made while the service ran, as the log tells.
namespace tidemark::domain {

/// It is to end, and why.
struct Deletion {
  Timestamp since, ends_at;
  std::string reason;
  std::string by;
  bool is_signed = false; ///< it may end with opt-outs that some system has not confirmed
};

struct MadeTenant {
  std::string name;     ///< as people say it
  std::string settings; ///< TOML
  Timestamp since;
  std::string by;
  std::uint64_t settings_version = 1; ///< how many settings it has had
  std::optional<Deletion> deletion{};
  std::optional<Timestamp> ended{}; ///< nothing of it works any more
};

/// Every one that was ever made.
using TenantBook = std::map<TenantId, MadeTenant>;
/// Events about something else change nothing.
void evolve(TenantBook& book, const events::Event& event, Timestamp at);

/// Of one that stands in the log: error not_found, and tenant_deleted once it has ended.
Result<const MadeTenant*> still_there(const TenantBook& book, const TenantId& tenant);
Error tenant_deleted(const TenantId& tenant, Timestamp ended);
inline constexpr std::uint32_t grace_days_otherwise = 30, grace_days_max = 365;

} // namespace tidemark::domain
