#include "gateway/api/store_request.hpp"

#include "base/text/json_writer.hpp"

namespace tidemark::gateway {

Answer store_request(const GatewayPorts& ports, storage::Append append, std::string_view request_id,
                     std::string not_stored, std::string_view members) {
  const auto outcome = storage::append_and_wait(ports.log, std::move(append));
  if (const auto* stored = std::get_if<storage::Appended>(&outcome)) {
    Answer answer;
    answer.body = "{\"status\":\"accepted\",\"position\":";
    json::append_number(answer.body, stored->first.value);
    answer.body += members;
    answer.body += "}";
    return answer;
  }
  auto answer =
      problem_answer({503, "not_stored", std::move(not_stored)}, request_id, ports.clock.now());
  answer.headers.emplace_back("Retry-After", "5");
  return answer;
}

} // namespace tidemark::gateway
