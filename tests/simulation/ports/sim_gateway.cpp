#include "tests/simulation/ports/sim_gateway.hpp"

namespace tidemark::sim {

struct SimGateway::NoHealth final : gateway::HealthPort {
  std::vector<gateway::ServiceHealth> services() const override { return {}; }
  bool accepting() const override { return true; }
  std::string metrics() const override { return {}; }
};

SimGateway::SimGateway(const gateway::GatewayOptions& options, storage::LogStore& log,
                       storage::LogStore& waited_log, const storage::TableStore& tables,
                       const KeyedHasher& hasher, const WallClock& clock)
    : options_(options),
      health_(std::make_unique<NoHealth>()), ports_{log, tables, hasher, clock, *health_},
      counters_(options.sources, {}),
      route_(options_, ports_, counters_, refused_signatures_,
             [this](const TenantId& tenant) { return api_.is_suspended(tenant); }),
      api_ports_{waited_log, tables, hasher, clock, *health_},
      api_(options_, api_ports_, counters_, refused_signatures_), log_(log) {}

SimGateway::~SimGateway() = default;

void SimGateway::post(const std::string& path, const std::vector<std::string>& headers,
                      std::string body, Done done) {
  std::string head = "POST " + path + " HTTP/1.1\r\nHost: tidemark.example\r\n";
  head += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size());
  for (const auto& line : headers)
    head += "\r\n" + line;
  head += "\r\n\r\n";
  gateway::RequestHead parsed;
  const auto end = gateway::find_head_end(head, 0);
  const auto refusal = end.refusal != gateway::Refusal::none
                           ? end.refusal
                           : gateway::check_head(std::string_view(head).substr(0, end.end), parsed);
  if (refusal != gateway::Refusal::none)
    return done({gateway::status_of(refusal), {}, false});
  const auto target = gateway::parse_target(parsed.target);
  const auto request_id = "sim-" + std::to_string(++next_);
  auto prepared = route_.prepare(parsed, *target, std::move(body), request_id, {});
  if (const auto* answer = std::get_if<gateway::Answer>(&prepared))
    return done({answer->status, {}, false});
  auto& ready = std::get<gateway::ReadyAppend>(prepared);
  const auto token = next_;
  waiting_.emplace(token, Waiting{ready.ticket, std::move(done)});
  log_.submit(std::move(ready.append), *this, token);
}

void SimGateway::settled(std::span<storage::Settled> group) {
  for (auto& [token, outcome] : group) {
    auto waiting = waiting_.extract(token);
    if (waiting.empty())
      continue;
    if (sheds_past_the_route_ && std::holds_alternative<storage::NotTaken>(outcome)) {
      waiting.mapped().done({503, {}, false});
      continue;
    }
    const auto answer =
        route_.conclude(waiting.mapped().ticket, outcome, "sim-" + std::to_string(token));
    Posted posted{answer.status, {}, false};
    if (const auto* appended = std::get_if<storage::Appended>(&outcome))
      posted.position = appended->first;
    else if (const auto* duplicate = std::get_if<storage::Duplicate>(&outcome))
      posted = {answer.status, duplicate->first, true};
    waiting.mapped().done(posted);
  }
}

gateway::Answer SimGateway::ask(const std::string& tenant, const std::string& method,
                                const std::string& target, const nlohmann::json& body) {
  gateway::ApiRequest request;
  request.method = method;
  request.target = *gateway::parse_target(target);
  request.route = gateway::find_route(request.target, method);
  request.headers = {{"x-tidemark-tenant", tenant}};
  request.body = body.is_null() ? "" : body.dump();
  request.request_id = "sim-" + std::to_string(++next_);
  request.local_user = 0;
  return api_.answer_local(request);
}

std::uint64_t SimGateway::counted(gateway::WebhookOutcome outcome) const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < options_.sources.size(); ++i)
    sum += counters_.webhooks(i, outcome);
  return sum;
}

} // namespace tidemark::sim
