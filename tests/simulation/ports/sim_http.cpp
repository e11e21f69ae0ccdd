#include "tests/simulation/ports/sim_http.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "sandbox/world/times.hpp"

namespace tidemark::sim {
namespace {

connectors::HttpAnswer nothing(Reason transport, bool sent) {
  connectors::HttpAnswer out;
  out.transport = transport;
  out.sent = sent;
  return out;
}

connectors::HttpAnswer text(std::uint32_t status, std::string body, std::string retry_after = {}) {
  connectors::HttpAnswer out;
  out.status = status;
  out.content_type = "text/plain";
  out.retry_after = std::move(retry_after);
  out.body = std::move(body);
  return out;
}

/// `https://system.tenant.example/...` as tenant/system.
std::string place_of(const connectors::HttpRequest& request) {
  const auto host = request.url.substr(8, request.url.find('/', 8) - 8);
  const auto dot = host.find('.');
  return host.substr(dot + 1, host.find('.', dot + 1) - dot - 1) + "/" + host.substr(0, dot);
}

} // namespace

std::string url_of(const std::string& system, const std::string& tenant) {
  return "https://" + system + "." + tenant + ".example";
}

bool SimHttp::plays(const char* fault) {
  if (!faults_ || !rng_.chance(swarm_.rate(fault)))
    return false;
  coverage_.hit(std::string("fault.") + fault);
  return true;
}

void SimHttp::send(actors::HttpCall call, std::function<void(actors::HttpResult)> done) {
  if (dead_)
    return;
  if (call.request.method != "GET") // a look-up may be a run's over a system's records
    ++requests_[place_of(call.request)];
  calls_.push_back({std::move(call), std::move(done)});
}

connectors::HttpAnswer SimHttp::perform(const connectors::HttpRequest& request) {
  const auto place = place_of(request);
  const auto slash = place.find('/');
  const auto tenant = place.substr(0, slash), system = place.substr(slash + 1);
  coverage_.hit("request." + system);
  return vendors_.at(tenant)->answer(system, request);
}

connectors::HttpAnswer SimHttp::answer(const connectors::HttpRequest& request) {
  if (plays("not_connected"))
    return nothing(Reason::connect_failed, false);
  if (plays("server_error"))
    return text(503, "unavailable");
  if (plays("slow_down"))
    return text(429, "slow down", rng_.chance(500) ? "7" : "");
  // Of a webhook's receiver 2xx is all that is asked: there garbage comes with a failure.
  if (plays("garbage")) {
    const bool receives = request.url.find("//generic.") != std::string::npos
                          || request.url.ends_with("/ghl/webhook");
    return text(receives ? 500 : 200, "<html>\x01garbage");
  }
  auto performed = perform(request);
  return plays("effect_then_timeout") ? nothing(Reason::timeout, true) : performed;
}

bool SimHttp::serve() {
  if (calls_.empty())
    return false;
  if (faults_ && rng_.chance(swarm_.rate("slow_vendor"))) {
    coverage_.hit("fault.slow_vendor");
    return true;
  }
  const auto at = calls_.begin() + static_cast<std::ptrdiff_t>(rng_.below(calls_.size()));
  auto call = std::move(*at);
  calls_.erase(at);
  actors::HttpResult result;
  result.answer = answer(call.call.request);
  if (result.answer.status != 0)
    result.answer.date = sandbox::http_date(clock_.now());
  result.body_bytes = result.answer.body.size();
  result.body_sha256 = to_hex(sha256(result.answer.body));
  if (result.answer.status != 0)
    ++answers_[{place_of(call.call.request), result.answer.status, result.body_sha256}];
  call.done(std::move(result));
  return true;
}

void SimHttp::cut() {
  dead_ = true;
  for (auto& call : calls_)
    if (rng_.chance(500)) {
      coverage_.hit("request.effect_after_crash");
      perform(call.call.request);
    }
  calls_.clear();
}

} // namespace tidemark::sim
