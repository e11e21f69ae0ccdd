#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/format/schema.hpp"

#include <optional>
#include <string>
#include <vector>

/// Tenants that are made, changed and deleted while the service runs. Stream `admin` of the
/// installation, under the tag of access.
namespace tidemark::events {

/// A tenant is there from here on, as if it stood in the configuration file.
struct TenantCreated {
  static constexpr std::string_view name = "tenant.created.v1";
  TenantId tenant;
  std::string tenant_name; ///< as people say it
  std::string settings;    ///< its table of the configuration, TOML; of secrets only where they are
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(TenantCreated, tenant, tenant_name, settings, reason, by, request_id)
};

/// People call it otherwise; its id stays.
struct TenantRenamed {
  static constexpr std::string_view name = "tenant.renamed.v1";
  TenantId tenant;
  std::string tenant_name;
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(TenantRenamed, tenant, tenant_name, reason, by, request_id)
};

/// Its table of the configuration is another from here on: what may change while the service runs
/// does so at once, the rest at the next start.
struct TenantSettingsSet {
  static constexpr std::string_view name = "tenant.settings_set.v1";
  TenantId tenant;
  std::string settings;                   ///< as of TenantCreated
  std::vector<std::string> applied;       ///< keys that have another value at once
  std::vector<std::string> needs_restart; ///< keys that have one from the next start on
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(TenantSettingsSet, tenant, settings, applied, needs_restart, reason, by,
                   request_id)
};

/// It is suspended, and ends at a time to come unless somebody says otherwise before. What is
/// recorded of it stays.
struct TenantDeleteRequested {
  static constexpr std::string_view name = "tenant.delete_requested.v1";
  TenantId tenant;
  Timestamp ends_at;
  std::uint64_t open_opt_outs = 0; ///< that some system had not confirmed
  std::string signed_because;      ///< why it may end with those open; "" when there were none
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(TenantDeleteRequested, tenant, ends_at, open_opt_outs, signed_because, reason,
                   by, request_id)
};

/// It does not end. It is suspended still.
struct TenantDeleteCancelled {
  static constexpr std::string_view name = "tenant.delete_cancelled.v1";
  TenantId tenant;
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(TenantDeleteCancelled, tenant, reason, by, request_id)
};

/// Nothing of it works from here on, and its id is never used again.
struct TenantEnded {
  static constexpr std::string_view name = "tenant.ended.v1";
  TenantId tenant;
  std::uint64_t open_opt_outs = 0; ///< as somebody had signed for
  TIDEMARK_MEMBERS(TenantEnded, tenant, open_opt_outs)
};

/// The events above.
template <class T>
concept AboutTenant = std::is_same_v<T, TenantCreated> || std::is_same_v<T, TenantRenamed> || std::
    is_same_v<T, TenantSettingsSet> || std::is_same_v<T, TenantDeleteRequested> || std::is_same_v<
        T, TenantDeleteCancelled> || std::is_same_v<T, TenantEnded>;

} // namespace tidemark::events
