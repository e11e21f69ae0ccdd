#include "tests/actors/engine/engine_house.hpp"

#include "base/crypto.hpp"
#include "events/format/tags.hpp"

#include <fmt/format.h>

#include <thread>

namespace tidemark::tests {
namespace {

events::AppliedConnector applied(const std::string& name,
                                 std::map<std::string, std::string> settings) {
  settings["base_url"] = "http://127.0.0.1:1";
  settings["default_region"] = "US";
  return {ConnectorName(name), name, true, std::move(settings), {}};
}

} // namespace

Timestamp SteppingClock::now() const {
  const std::lock_guard lock(guard_);
  return now_ += std::chrono::microseconds{1};
}

void SteppingClock::advance(std::chrono::microseconds by) {
  const std::lock_guard lock(guard_);
  now_ += by;
}

connectors::HttpAnswer json_answer(std::uint32_t status, std::string body) {
  connectors::HttpAnswer out;
  out.status = status;
  out.content_type = "application/json";
  out.body = std::move(body);
  return out;
}

void ScriptedHttp::send(actors::HttpCall call, std::function<void(actors::HttpResult)> done) {
  std::thread([answer = script_(call.request), done = std::move(done)] {
    actors::HttpResult result;
    result.answer = answer;
    result.body_bytes = answer.body.size();
    result.body_sha256 = to_hex(sha256(answer.body));
    done(std::move(result));
  }).detach();
}

EngineHouse::EngineHouse(ScriptedHttp::Script script) : script_(std::move(script)) {
  config.source_of_truth = "merge";
  config.precedence = {ConnectorName("gohighlevel"), ConnectorName("aloware"),
                       ConnectorName("generic")};
  config.connectors = {applied("gohighlevel", {{"location_id", "LOCexample0000000001"}}),
                       applied("aloware", {}), applied("verity", {}),
                       applied("generic", {{"send_url", "http://127.0.0.1:1/in"}})};
}

void EngineHouse::start() {
  storage::Append append;
  append.tenant = tenant;
  append.events.push_back(
      {events::engine_stream(), events::EngineStarted{1, "test", 1, "00"}, {}, {}});
  append.events.push_back({events::engine_stream(), config, {}, {}});
  storage::append_and_wait(log, std::move(append));
  actors::TenantSetup setup{tenant, connectors::sync_rules(config), {}};
  for (auto& [name, configured] : connectors::configured_by(config)) {
    configured.settings.secrets["token"] = SecretText("the-token"); // without, nobody is asked
    actors::Destination destination;
    destination.configured = configured;
    if (name.value == "gohighlevel")
      destination.reconcile_every = reconcile_every;
    if (name.value == "aloware")
      destination.reconcile_every = look_up_every;
    destination.reread = [this, configured] {
      ++rereads;
      return configured.settings;
    };
    setup.destinations.emplace(name, std::move(destination));
  }
  actors::EngineOptions options;
  options.incarnation = "00";
  options.tick = tick;
  options.probes_per_second = probes_per_second;
  options.live_contacts_max = live_contacts_max;
  std::vector<actors::TenantSetup> tenants;
  tenants.push_back(std::move(setup));
  clock.advance(ahead_at_start);
  engine_ = std::make_unique<actors::Engine>(
      options, std::move(tenants),
      actors::EnginePorts{.log = log,
                          .tables = tables,
                          .hasher = hasher,
                          .clock = clock,
                          .http = std::make_unique<ScriptedHttp>(script_),
                          .token_files = storage::TokenFiles(""),
                          .report =
                              [this](std::string_view actor, std::string_view what) {
                                const std::lock_guard lock(guard_);
                                failures_.push_back(fmt::format("{}: {}", actor, what));
                              },
                          .notice = [](const TenantId&, const events::Event&) {}});
}

Position EngineHouse::webhook(const std::string& connector, const std::string& body,
                              const std::string& channel) {
  storage::Append append;
  append.tenant = tenant;
  events::WebhookReceived received;
  received.connector = ConnectorName(connector);
  received.channel = channel;
  received.content_type = "application/json";
  received.body_sha256 = to_hex(sha256(body));
  received.body_bytes = body.size();
  std::vector<events::Tag> tags;
  const auto configured = connectors::configured_by(config);
  const auto& one = configured.at(ConnectorName(connector));
  const auto peek = one.connector->peek({{}, body, channel}, one.settings);
  received.maybe_opt_out = peek.maybe_opt_out;
  if (peek.maybe_opt_out) {
    tags.push_back(events::any_opt_out_tag());
    for (const auto& address : peek.addresses)
      tags.push_back(events::consent_tag(address.kind == events::Field::phone
                                             ? events::phone_hash(hasher, tenant, address.value)
                                             : events::email_hash(hasher, tenant, address.value)));
  }
  append.events.push_back({events::webhook_stream(ConnectorName(connector)), received, tags, body});
  return std::get<storage::Appended>(storage::append_and_wait(log, std::move(append))).first;
}

bool EngineHouse::settle() {
  for (int i = 0; i < 8000; ++i) {
    const auto before = log.durable();
    const auto reports = engine_->reports();
    std::uint64_t open = reports.empty() ? 1 : 0;
    for (const auto& report : reports)
      open += report.waiting + report.busy
              + (report.position < before && report.name != "projections" ? 1 : 0);
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
    if (open == 0 && log.durable() == before)
      return true;
  }
  return false;
}

bool EngineHouse::falls_asleep_to(std::uint64_t count, std::chrono::milliseconds pass) {
  for (int i = 0; i < 8000; ++i) {
    for (const auto& report : engine_->reports())
      if (report.name == tenant.value + "/interpreter" && report.awake <= count)
        return true;
    clock.advance(pass);
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return false;
}

std::vector<events::Recorded> EngineHouse::all() const {
  std::vector<events::Recorded> out;
  for (std::uint64_t p = 1; p <= log.durable().value; ++p) {
    auto stored = log.at(Position{p});
    auto event = events::decode((*stored)->envelope.type, (*stored)->payload);
    out.push_back({(*stored)->envelope, *event});
  }
  return out;
}

std::vector<std::string> EngineHouse::failures() const {
  const std::lock_guard lock(guard_);
  return failures_;
}

std::string ghl_contact(const std::string& type, const std::string& id, const std::string& time,
                        const std::string& more) {
  return fmt::format(R"({{"type":"{}","timestamp":"{}","webhookId":"{}-{}","id":"{}",)"
                     R"("locationId":"LOCexample0000000001"{}{}}})",
                     type, time, id, time, id, more.empty() ? "" : ",", more);
}

} // namespace tidemark::tests
