#include "sandbox/world/faults.hpp"

#include "base/contains.hpp"

#include <algorithm>
#include <array>

namespace tidemark::sandbox {
namespace {

constexpr auto request_behaviours =
    words("status", "garbage", "html200", "huge", "never", "reset", "redirect", "drip", "delay",
          "wrong_length", "effect_then_timeout", "effect_then_reset", "send_before_answer");
constexpr auto webhook_behaviours = words("duplicate", "reorder", "webhook_delay", "drop", "hold");
constexpr std::array<std::string_view, 4> systems{"gohighlevel", "aloware", "verity", "generic"};

} // namespace

bool is_request_behaviour(std::string_view behaviour) {
  return contains(request_behaviours, behaviour);
}
bool is_webhook_behaviour(std::string_view behaviour) {
  return contains(webhook_behaviours, behaviour);
}

Result<Fault> read_fault(const Json& body) {
  if (!body.is_object())
    return Error{"bad_fault", "the body is not a JSON object: send one fault as an object"};
  Fault fault;
  fault.system = text_of(body, "system");
  if (!contains(systems, fault.system))
    return Error{"bad_fault", "system must be gohighlevel, aloware, verity or generic"};
  fault.match = text_of(body, "match");
  fault.status = static_cast<unsigned>(number_of(body, "status", 0));
  fault.behaviour = fault.status != 0 ? "status" : text_of(body, "behaviour");
  if (!is_request_behaviour(fault.behaviour) && !is_webhook_behaviour(fault.behaviour))
    return Error{"bad_fault", "neither a status nor a known behaviour: see sandbox/README.md"};
  if (fault.behaviour == "status" && (fault.status < 200 || fault.status > 599))
    return Error{"bad_fault", "status must be from 200 to 599"};
  fault.times = number_of(body, "times", 1);
  fault.count = number_of(body, "count", 2);
  if (fault.times == 0 || fault.times < -1 || fault.count < 2 || fault.count > 1000)
    return Error{"bad_fault", "times must be 1 or more, or -1; count must be 2 to 1000"};
  fault.delay = std::chrono::milliseconds(number_of(body, "delay_ms", 0));
  const auto retry_after = body.find("retry_after");
  if (retry_after != body.end())
    fault.retry_after =
        retry_after->is_string() ? retry_after->get<std::string>() : retry_after->dump();
  if (const auto said = body.find("body"); said != body.end())
    fault.body = said->is_string() ? said->get<std::string>() : said->dump();
  return fault;
}

std::optional<Fault> Faults::take(std::string_view system, std::string_view what, bool webhook) {
  const auto found = std::ranges::find_if(faults_, [&](const Fault& fault) {
    return fault.system == system && is_webhook_behaviour(fault.behaviour) == webhook
           && what.find(fault.match) != std::string_view::npos;
  });
  if (found == faults_.end())
    return std::nullopt;
  Fault fault = *found;
  if (found->times > 0 && --found->times == 0)
    faults_.erase(found);
  return fault;
}

Json Faults::dump() const {
  Json list = Json::array();
  for (const auto& fault : faults_)
    list.push_back({{"system", fault.system},
                    {"match", fault.match},
                    {"behaviour", fault.behaviour},
                    {"status", fault.status},
                    {"times", fault.times},
                    {"delay_ms", fault.delay.count()},
                    {"retry_after", fault.retry_after}});
  return list;
}

} // namespace tidemark::sandbox
