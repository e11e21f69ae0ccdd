#include "gateway/local_api.hpp"

namespace tidemark::gateway {

Answer answer_locally(const GatewayOptions& options, const GatewayPorts& ports,
                      const Caller& caller, std::string method, std::string_view target,
                      std::string body) {
  ApiRequest request;
  request.request_id = "local";
  request.method = std::move(method);
  request.body = std::move(body);
  if (auto parsed = parse_target(target))
    request.target = *std::move(parsed);
  request.route = find_route(request.target, request.method);
  const bool ours = request.route && takes(*request.route, request.method)
                    && request.route->role != Role::anyone && request.route->role <= caller.role;
  if (!ours)
    return problem_answer({404, "not_found",
                           "the service has no such request: use tools of its "
                           "version"},
                          request.request_id, ports.clock.now());
  return answer_for_caller(options, ports, caller, request);
}

} // namespace tidemark::gateway
