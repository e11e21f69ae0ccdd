#include "replay-tools/access/access_arguments.hpp"

#include <CLI/CLI.hpp>

namespace tidemark::tools {
namespace {

/// Takes each command where it is chosen.
class Adding {
public:
  explicit Adding(const AccessArguments& arguments) : arguments_(arguments) {}

  static CLI::App& group(CLI::App& app, const std::string& name, const std::string& help) {
    auto* added = app.add_subcommand(name, help);
    added->require_subcommand(1);
    added->fallthrough();
    return *added;
  }
  CLI::App* command(CLI::App& parent, const std::string& name, const std::string& help,
                    AccessRun run) const {
    auto* added = parent.add_subcommand(name, help);
    added->fallthrough();
    added->callback([chosen = arguments_.chosen, run = std::move(run)] { chosen(run); });
    return added;
  }

private:
  const AccessArguments& arguments_;
};

void add_reason(CLI::App* to, std::string& reason) {
  to->add_option("--reason", reason, "why; it is kept as evidence")->required();
}

void add_token_commands(CLI::App& app, const Adding& adding, TokenOptions& token) {
  using Common = CommonOptions;
  auto& tokens = Adding::group(app, "token", "who may use the service's API");
  auto* create =
      adding.command(tokens, "create", "make a token; it is shown once",
                     [&token](const Common& common) { return create_token(common, token); });
  create->add_option("name", token.name, "what it is for")->required();
  create
      ->add_option("--role", token.role,
                   "viewer, agent, manager, operator, auditor, admin, or api with --route")
      ->required();
  create->add_option("--route", token.routes, "name of a route that a token of the role api uses");
  create->add_flag("--installation", token.installation, "for every tenant, not for one");
  auto* at = create->add_option("--expires-at", token.expires_at, "when it ends, RFC 3339");
  create->add_option("--expires-in", token.expires_in, "how long it lasts, such as 90d")
      ->excludes(at);
  add_reason(create, token.reason);
  adding.command(tokens, "list", "all of a tenant, the configuration file's too",
                 [](const Common& common) { return list_tokens(common); });
  auto* revoke =
      adding.command(tokens, "revoke", "let nobody in with it any more",
                     [&token](const Common& common) { return revoke_token(common, token); });
  revoke->add_option("id", token.id, "as token list tells it")->required();
  add_reason(revoke, token.reason);
}

void add_new_settings(CLI::App* set, TenantOptions& tenant) {
  set->add_option("file", tenant.settings, "its whole [[tenants]] table, TOML")->required();
  set->add_flag("--dry-run", tenant.dry_run, "only show what would differ");
  set->add_flag("--at-next-start", tenant.at_next_start,
                "what takes a restart holds from the next start of the service on; without it, it "
                "is refused");
  set->add_option("--if-version", tenant.if_version,
                  "refuse it when the settings are of another version by now (tenant show)");
}

/// Of tenants that come and go while the service runs.
void add_tenant_lives(CLI::App& tenants, const Adding& adding, TenantOptions& tenant) {
  using Common = CommonOptions;
  auto* show =
      adding.command(tenants, "show", "one of them, with its settings",
                     [&tenant](const Common& common) { return show_tenant(common, tenant); });
  auto* create =
      adding.command(tenants, "create", "make one that works at once",
                     [&tenant](const Common& common) { return create_tenant(common, tenant); });
  auto* set =
      adding.command(tenants, "set", "give one other settings; what may change now does so at once",
                     [&tenant](const Common& common) { return set_tenant(common, tenant); });
  auto* rename =
      adding.command(tenants, "rename", "call one otherwise; its id stays",
                     [&tenant](const Common& common) { return rename_tenant(common, tenant); });
  auto* erase =
      adding.command(tenants, "delete", "suspend one, and end it after a time of grace",
                     [&tenant](const Common& common) { return delete_tenant(common, tenant); });
  auto* undelete =
      adding.command(tenants, "undelete", "take a deletion back before the end",
                     [&tenant](const Common& common) { return undelete_tenant(common, tenant); });
  for (auto* one : {show, create, set, rename, erase, undelete})
    one->add_option("id", tenant.tenant, "which")->required();
  add_new_settings(set, tenant);
  create->add_option("--settings", tenant.settings,
                     "file with its [[tenants]] table as the configuration has it, TOML");
  create->add_option("--name", tenant.name, "as people call it");
  rename->add_option("--name", tenant.name, "as people call it")->required();
  for (auto* one : {create, set, rename})
    one->add_option("--reason", tenant.reason, "why; it is kept as evidence");
  for (auto* one : {erase, undelete})
    add_reason(one, tenant.reason);
  erase->add_option("--grace-days", tenant.grace_days, "until it ends, 30 unless it is said");
  erase->add_option("--signed-with-open-opt-outs", tenant.signed_because,
                    "why it may end although systems have not confirmed every opt-out");
}

void add_tenant_commands(CLI::App& app, const Adding& adding, TenantOptions& tenant) {
  using Common = CommonOptions;
  auto& tenants = Adding::group(app, "tenant", "which tenants work");
  adding.command(tenants, "list", "all of the service, and why one does not work",
                 [](const Common& common) { return list_tenants(common); });
  add_tenant_lives(tenants, adding, tenant);
  for (auto* one :
       {adding.command(tenants, "suspend", "send nothing but opt-outs for one, and close its API",
                       [&tenant](const Common& common) { return suspend_tenant(common, tenant); }),
        adding.command(
            tenants, "resume", "let a suspended one work again",
            [&tenant](const Common& common) { return resume_tenant(common, tenant); })}) {
    one->add_option("id", tenant.tenant, "which")->required();
    add_reason(one, tenant.reason);
  }
}

void add_limit_commands(CLI::App& app, const Adding& adding, LimitOptions& limits) {
  using Common = CommonOptions;
  auto& group = Adding::group(app, "limits", "how many requests a minute the API answers");
  adding.command(group, "show", "those in force, and who asked how much in the last minutes",
                 [](const Common& common) { return show_limits(common); });
  auto* set =
      adding.command(group, "set", "other ones from now on; for one tenant with --tenant",
                     [&limits](const Common& common) { return set_limits(common, limits); });
  set->add_option("--per-user", limits.per_user, "of a user who logged in");
  set->add_option("--per-token", limits.per_token, "of a token");
  set->add_option("--per-tenant", limits.per_tenant, "of all of a tenant together");
  set->add_option("--per-address", limits.per_address, "of an address, whoever it is");
  add_reason(set, limits.reason);
}

void add_user_commands(CLI::App& app, const Adding& adding, UserOptions& user) {
  using Common = CommonOptions;
  auto& users = Adding::group(app, "user", "people who log in with a password");
  auto* create =
      adding.command(users, "create", "make one; its password is shown once",
                     [&user](const Common& common) { return create_user(common, user); });
  create->add_option("--role", user.role, "viewer, agent, manager, operator, auditor or admin")
      ->required();
  adding.command(users, "list", "all of a tenant, and who is kept out",
                 [](const Common& common) { return list_users(common); });
  for (auto* one :
       {create,
        adding.command(users, "enable", "let one log in again",
                       [&user](const Common& common) { return enable_user(common, user); }),
        adding.command(users, "disable", "keep one out, and end its sessions",
                       [&user](const Common& common) { return disable_user(common, user); }),
        adding.command(users, "password", "give one a new password, shown once",
                       [&user](const Common& common) { return reset_password(common, user); })}) {
    one->add_option("user", user.user, "e-mail address")->required();
    add_reason(one, user.reason);
  }
}

} // namespace

void add_access_commands(CLI::App& app, const AccessArguments& arguments) {
  const Adding adding(arguments);
  add_token_commands(app, adding, arguments.token);
  add_tenant_commands(app, adding, arguments.tenant);
  add_user_commands(app, adding, arguments.user);
  add_limit_commands(app, adding, arguments.limits);
}

} // namespace tidemark::tools
