#include "gateway/operations/account_route.hpp"

#include "base/text/json_writer.hpp"
#include "gateway/api/request_body.hpp"

namespace tidemark::gateway {
namespace {

Result<std::string> connect(const GatewayPorts& ports, const Caller& caller,
                            const std::string& body) {
  TRY(parsed, read_object(body, {"connector", "code"}));
  const auto member = [&](std::string_view name) {
    return std::string(parsed[name].text().value_or(""));
  };
  return ports.connect_account(caller.tenant, ConnectorName(member("connector")), member("code"));
}

} // namespace

Answer connect_account(const GatewayPorts& ports, const Caller& caller, const ApiRequest& request) {
  const auto text = connect(ports, caller, request.body);
  if (!text)
    return problem_answer(
        {text.error().code.starts_with("bad_") ? std::uint16_t{400} : std::uint16_t{409},
         text.error().code, text.error().text},
        request.request_id, ports.clock.now());
  Answer answer;
  answer.body = "{\"text\":";
  json::append_string(answer.body, json::to_valid_utf8(*text));
  answer.body += "}";
  return answer;
}

} // namespace tidemark::gateway
