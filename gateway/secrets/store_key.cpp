#include "gateway/api/json.hpp"
#include "gateway/api/store.hpp"
#include "gateway/secrets/routes.hpp"

// The key that secrets are sealed under, changed while the service runs: by programs of this
// machine.
namespace tidemark::gateway {
namespace {

constexpr Schema rotated_schema{"store_key_rotated",
                                {{text("from"), text("to"), integer("sealed")}}};

Result<Json> rotate_store_key(const ApiContext& api) {
  if (!api.ports.secrets)
    return Error{"not_found", "this service keeps no secrets"};
  TRY(body, api.body());
  TRY(from, body.text("from", {"bad_body", "from is the id of the store key in use"}));
  const SecretText to(body.text("to"));
  TRY(changed, api.ports.secrets->rotate_store_key(from, to, api.caller.name));
  return Json{{"from", changed.from}, {"to", changed.to}, {"sealed", changed.sealed}};
}

constexpr Route store_key_rows[] = {
    {.name = "rotate_store_key",
     .method = "POST",
     .path = "/api/v1/store-key/rotate",
     .right = Right::local,
     .handler = rotate_store_key,
     .answer = &rotated_schema,
     .members = "from to",
     .installation = true},
};

} // namespace

constinit const Routes store_key_routes = store_key_rows;

} // namespace tidemark::gateway
