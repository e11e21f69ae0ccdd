#include "base/bytes.hpp"
#include "base/text/joined.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/api/store.hpp"
#include "gateway/credentials/access_book.hpp"
#include "gateway/secrets/routes.hpp"

// Secrets of connectors, set while the service runs, and all that would have to be replaced.
namespace tidemark::gateway {
namespace {

constexpr Schema credential_schema{
    "credential",
    {{text("kind"), nullable(text("tenant")), nullable(text("connector")), text("name"),
      text("source"), text("state"), nullable(text("last_four")), nullable(text("key_id")),
      nullable(time("set_at")), nullable(integer("age_seconds")), nullable(time("ends_at")),
      nullable(text("set_by"))}}};
constexpr Schema credential_set_schema{
    "credential_set",
    {{text("status"), integer("position"), text("connector"), text("name"),
      nullable(text("last_four")), text("key_id"), nullable(time("previous_until"))}}};
constexpr Schema credential_removed_schema{
    "credential_removed", {{text("status"), integer("position"), text("connector"), text("name")}}};

Result<SecretsPort*> secrets_of(const ApiContext& api) {
  if (!api.ports.secrets)
    return Error{"not_found", "this service keeps no secrets"};
  return api.ports.secrets;
}

// ---- the list

Json fact_json(const SecretFact& fact, Timestamp now) {
  Json age;
  if (fact.set_at)
    age = std::chrono::duration_cast<std::chrono::seconds>(now - *fact.set_at).count();
  return {{"kind", fact.kind},
          {"tenant", or_null(fact.tenant.value)},
          {"connector", or_null(fact.connector.value)},
          {"name", fact.name},
          {"source", fact.source},
          {"state", fact.state},
          {"last_four", or_null(fact.last_four)},
          {"key_id", or_null(fact.key_id)},
          {"set_at", or_null(fact.set_at)},
          {"age_seconds", std::move(age)},
          {"ends_at", or_null(fact.ends_at)},
          {"set_by", or_null(fact.by)}};
}

/// Those of the configuration are among the configuration's secrets.
void add_api_tokens(const ApiContext& api, std::vector<SecretFact>& out) {
  const auto page = api.access.page();
  for (const auto& [id, token] : page->state.tokens) {
    const bool shown =
        api.caller.is_for_all() || (!token.installation && token.tenant == api.tenant());
    if (!shown || token.from_file || state_of(token, api.now()) != domain::TokenState::active)
      continue;
    out.push_back({.kind = "api_token",
                   .tenant = token.tenant,
                   .connector = {},
                   .name = token.name,
                   .source = "run_time",
                   .state = "in_use",
                   .last_four = token.last_four,
                   .key_id = id,
                   .set_at = token.created_at,
                   .ends_at = token.expires_at,
                   .by = token.created_by});
  }
}

Result<Json> list_credentials(const ApiContext& api) {
  TRY(secrets, secrets_of(api));
  auto facts =
      secrets->secrets_of(api.caller.is_for_all() ? std::nullopt : std::optional(api.tenant()));
  add_api_tokens(api, facts);
  std::vector<KeyedItem> items;
  for (const auto& fact : facts) {
    auto key = joined(std::array<std::string_view, 5>{fact.kind, fact.tenant.value,
                                                      fact.connector.value, fact.name, fact.key_id},
                      "\n");
    items.push_back({key + sortable(items.size()), fact_json(fact, api.now())});
  }
  return paged(api, std::move(items));
}

// ---- setting one

Result<Timestamp> overlap_end(const ApiContext& api, const Body& body) {
  constexpr std::uint64_t overlap_max = 90ULL * 24 * 3600;
  const auto seconds = body["overlap_seconds"].integer();
  if (!seconds || *seconds < 1 || static_cast<std::uint64_t>(*seconds) > overlap_max)
    return Error{"bad_overlap", "overlap_seconds is how long webhooks under the secret before are "
                                "taken too: 1 to 7776000 (90 days)"};
  return api.now() + std::chrono::seconds{*seconds};
}

Result<Json> put_credential(const ApiContext& api, bool rotates) {
  TRY(secrets, secrets_of(api));
  TRY(body, api.body());
  CredentialChange change{api.tenant(),
                          ConnectorName(api.segment("connector")),
                          api.segment("name"),
                          SecretText(body.text("value")),
                          api.now(),
                          api.caller.name,
                          {}};
  if (change.value.empty())
    return Error{"bad_value", "value is the secret, as the system gave it"};
  if (rotates) {
    TRY(end, overlap_end(api, body));
    change.overlap_until = end;
  }
  TRYV(secrets->check_credential(change));
  const auto told = secrets->told_of(change);
  const events::CredentialSet event{.connector = change.connector,
                                    .setting = change.setting,
                                    .key_id = told.key_id,
                                    .last_four = told.last_four,
                                    .previous_until = change.overlap_until,
                                    .reason = {},
                                    .by = {},
                                    .request_id = {}};
  // Nothing is used that is not on record, and nothing is on record that is not kept.
  TRY(position, secrets->set_credential(change, [&] {
    return store(api, {{events::admin_stream(), asked(api, body.text("reason"), event), {}, {}}});
  }));
  return Json{{"status", "set"},
              {"position", position.value},
              {"connector", change.connector.value},
              {"name", change.setting},
              {"last_four", or_null(told.last_four)},
              {"key_id", told.key_id},
              {"previous_until", or_null(change.overlap_until)}};
}

Result<Json> set_credential(const ApiContext& api) {
  return put_credential(api, false);
}

Result<Json> rotate_credential(const ApiContext& api) {
  return put_credential(api, true);
}

Result<Json> remove_credential(const ApiContext& api) {
  TRY(secrets, secrets_of(api));
  TRY(body, api.body());
  const ConnectorName connector(api.segment("connector"));
  const auto& name = api.segment("name");
  if (!secrets->has_credential(api.tenant(), connector, name))
    return Error{"not_found", "no secret of this name was set at run time for this connector"};
  TRY(position, secrets->remove_credential(api.tenant(), connector, name, [&] {
    return store(api, {{events::admin_stream(),
                        asked(api, body.text("reason"),
                              events::CredentialRemoved{connector, name, {}, {}, {}}),
                        {},
                        {}}});
  }));
  return Json{{"status", "removed"},
              {"position", position.value},
              {"connector", connector.value},
              {"name", name}};
}

constexpr std::string_view unreadable_credential =
    "the secret could not be kept, so the one before is in use; see the service's log";

constexpr Route credential_rows[] = {
    {"credentials", "GET", "/api/v1/credentials", Right::administer, list_credentials,
     &list_of<credential_schema>, "limit after"},
    {"set_credential", "POST", "/api/v1/credentials/{connector}/{name}", Right::administer,
     set_credential, &credential_set_schema, "", "value reason", unreadable_credential},
    {"rotate_credential", "POST", "/api/v1/credentials/{connector}/{name}/rotate",
     Right::administer, rotate_credential, &credential_set_schema, "",
     "value overlap_seconds reason", unreadable_credential},
    {"remove_credential", "POST", "/api/v1/credentials/{connector}/{name}/remove",
     Right::administer, remove_credential, &credential_removed_schema, "", "reason",
     unreadable_credential},
};

} // namespace

constinit const Routes credential_routes = credential_rows;

} // namespace tidemark::gateway
