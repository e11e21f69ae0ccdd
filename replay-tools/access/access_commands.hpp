#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Access to the running service's API. Errors of all: as of ask_service, and what the API refuses.
namespace tidemark::tools {

struct TokenOptions {
  std::string name;
  std::string id; ///< of the one to revoke
  std::string role;
  std::vector<std::string> routes; ///< of the role api
  bool installation = false;
  std::string expires_at; ///< "" for never, unless `expires_in`
  std::string expires_in; ///< such as 90d
  std::string reason;
};
/// `tidemark token create`: prints the token, which nobody can show again.
Result<int> create_token(const CommonOptions& common, const TokenOptions& options);
/// `tidemark token list`
Result<int> list_tokens(const CommonOptions& common);
/// `tidemark token revoke`
Result<int> revoke_token(const CommonOptions& common, const TokenOptions& options);

struct TenantOptions {
  std::string tenant;
  std::string reason;
  std::string name;
  std::string settings; ///< a file, TOML
  std::uint32_t grace_days = 30;
  bool dry_run = false;
  bool at_next_start = false;                ///< what takes a restart may wait for it
  std::optional<std::uint64_t> if_version{}; ///< of the settings; another is refused
  std::string signed_because;                ///< that opt-outs are open; "" nobody did
};
/// `tidemark tenant list`
Result<int> list_tenants(const CommonOptions& common);
/// `tidemark tenant show`, `create`, `set`, `rename`, `delete` and `undelete`: of those that are
/// made while the service runs. Error: cannot_be_read, of the settings.
Result<int> show_tenant(const CommonOptions& common, const TenantOptions& options);
Result<int> create_tenant(const CommonOptions& common, const TenantOptions& options);
Result<int> set_tenant(const CommonOptions& common, const TenantOptions& options);
Result<int> rename_tenant(const CommonOptions& common, const TenantOptions& options);
Result<int> delete_tenant(const CommonOptions& common, const TenantOptions& options);
Result<int> undelete_tenant(const CommonOptions& common, const TenantOptions& options);
/// `tidemark tenant suspend` and `resume`
Result<int> suspend_tenant(const CommonOptions& common, const TenantOptions& options);
Result<int> resume_tenant(const CommonOptions& common, const TenantOptions& options);

struct LimitOptions {
  std::optional<std::uint64_t> per_user, per_token, per_tenant, per_address;
  std::string reason;
};
/// `tidemark limits show` and `set`: how many requests a minute the API answers; of a tenant with
/// --tenant, else of all.
Result<int> show_limits(const CommonOptions& common);
Result<int> set_limits(const CommonOptions& common, const LimitOptions& options);

struct UserOptions {
  std::string user; ///< e-mail address, or id
  std::string role;
  std::string reason;
};
/// `tidemark user create`, `list`, `enable`, `disable`, `password`: a password that is made is
/// printed this once.
Result<int> create_user(const CommonOptions& common, const UserOptions& options);
Result<int> list_users(const CommonOptions& common);
Result<int> enable_user(const CommonOptions& common, const UserOptions& options);
Result<int> disable_user(const CommonOptions& common, const UserOptions& options);
Result<int> reset_password(const CommonOptions& common, const UserOptions& options);

} // namespace tidemark::tools
