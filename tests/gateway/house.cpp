#include "tests/gateway/house.hpp"

#include "projections/table/fold.hpp"

#include <gtest/gtest.h>

namespace tidemark::gateway::test {
namespace {

constexpr connectors::WebhookEndpoint channels[] = {
    {"", 401, false, {}},
    {"form", 403, true, R"({"success":true})"},
};
constexpr std::string_view kept[] = {"x-kept"};

connectors::Verification verify(const connectors::WebhookRequest& request,
                                const connectors::Settings& settings, Timestamp) {
  const auto secret = connectors::only_header(request.headers, "x-secret");
  if (secret && *secret == settings.secret("run_time"))
    return connectors::Verified{{events::credential_matched, SecretText(std::string(*secret)), {}}};
  if (secret == "open")
    return connectors::Verified{{events::credential_matched, SecretText("open"), {}}};
  if (secret == "old")
    return connectors::Stale{Reason::timestamp_outside_tolerance,
                             {"hmac-sha256", SecretText("signing key"), {"x-secret"}}};
  if (secret)
    return connectors::Forged{Reason::bad_signature, std::string(*secret), "0a1b2c3d"};
  return connectors::Forged{Reason::missing_signature};
}

connectors::Peek peek(const connectors::WebhookRequest& request, const connectors::Settings&) {
  connectors::Peek out;
  out.delivery_id = connectors::only_header(request.headers, "x-id").value_or("");
  if (request.body.find("STOP") != std::string_view::npos) {
    out.maybe_opt_out = true;
    out.addresses.push_back({events::Field::phone, "+12025550142"});
  }
  if (request.body.find("SEND") != std::string_view::npos)
    out.text_to = "+12025550142";
  return out;
}

constexpr std::array<std::string_view, 1> expected{"X-Secret: open"};
std::vector<connectors::HandledKind> handled_kinds(const connectors::Settings&) {
  return {{"contact.created", "contacts"}};
}

constexpr connectors::Connector played_parts{"generic", "Played CRM", {},      channels, {},
                                             nullptr,   kept,         verify,  peek,     nullptr,
                                             nullptr,   nullptr,      expected};

constexpr connectors::Connector played = [] {
  auto out = played_parts;
  out.handled_kinds = handled_kinds;
  return out;
}();

ApiToken token(std::string_view role, std::string_view secret) {
  return {std::string(role), std::string(role), to_hex(sha256(secret)), {}};
}

} // namespace

const connectors::Connector& played_connector() {
  return played;
}

House::House(const std::function<void(GatewayOptions&)>& changed, storage::MemoryLog::Mode mode)
    : log(clock, mode), change(changed) {
  open();
}

void House::open() {
  health.parts = {{"log", "connected", clock.now(), "synced"}};
  GatewayOptions options;
  options.port = 0;
  options.version = "9.9.9";
  options.tenants = {TenantId("acme")};
  options.tokens = {token("viewer", viewer_token), token("auditor", auditor_token),
                    token("operator", operator_token), token("admin", admin_token)};
  WebhookSource source{TenantId("acme"), &played, {}};
  source.settings.name = ConnectorName("crm");
  source.settings.values.emplace("base_url", "https://crm.example.com");
  source.settings.secrets.emplace("webhook_secret", SecretText("canary-secret"));
  options.sources = {source};
  if (change)
    change(options);
  GatewayPorts ports{log, tables, hasher, clock, health};
  ports.connect_account = [this](const auto&... asked) { return connect_account(asked...); };
  ports.receivers = receivers;
  ports.configuration = configuration;
  ports.log_levels = log_levels;
  ports.secrets = secrets;
  ports.renew_account = renew_account;
  ports.connector_tests = connector_tests;
  if (tenants) {
    gateway.reset(); // it may still look
    live = std::make_unique<LiveOptions>(options);
    ports.live = live.get();
    ports.tenants = tenants;
  }
  gateway = std::make_unique<Gateway>(std::move(options), ports);
  const auto started = gateway->start();
  if (!started)
    ADD_FAILURE() << started.error().text;
}

Reply House::get(std::string_view target, std::string_view token) const {
  return ask(request("GET", target, "Authorization: Bearer " + std::string(token) + "\r\n"));
}

Reply House::post(std::string_view target, std::string_view body, std::string_view token) const {
  return ask(request("POST", target, "Authorization: Bearer " + std::string(token) + "\r\n", body));
}

Position House::put(const StreamName& stream, events::Event event, std::vector<events::Tag> tags,
                    const TenantId& tenant) {
  storage::Append append;
  append.tenant = tenant;
  append.events.push_back({stream, std::move(event), std::move(tags), {}});
  const auto outcome = storage::append_and_wait(log, std::move(append));
  const auto* stored = std::get_if<storage::Appended>(&outcome);
  EXPECT_NE(stored, nullptr);
  return stored ? stored->first : Position{};
}

void House::fold() {
  std::vector<const projections::Projection*> all;
  for (const auto& each : projections::all())
    all.push_back(&each);
  projections::Fold fold(all, hasher);
  std::vector<projections::RowBatch> batches(all.size());
  std::vector<projections::RowBatch*> rows;
  for (auto& batch : batches)
    rows.push_back(&batch);
  const auto read = log.read(Position{0}, 1000, [&](std::string_view record) {
    return static_cast<bool>(fold.feed(record, rows));
  });
  ASSERT_TRUE(read);
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::vector<storage::Mutation> mutations;
    for (const auto row : batches[i])
      mutations.push_back({std::string(row.key), std::optional<std::string>(row.value)});
    ASSERT_TRUE(tables.apply(all[i]->name, std::move(mutations), read.value()));
  }
}

std::string webhook(std::string_view body, std::string_view id, std::string_view target) {
  std::string headers = "X-Secret: open\r\nContent-Type: application/json\r\n";
  if (!id.empty())
    headers += "X-Id: " + std::string(id) + "\r\n";
  return request("POST", target, headers, body);
}

} // namespace tidemark::gateway::test
