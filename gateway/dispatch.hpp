#pragma once
#include "gateway/api/access.hpp"
#include "gateway/api/counters.hpp"
#include "gateway/api/request.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/intake/webhook_route.hpp"
#include "gateway/ports.hpp"

namespace tidemark::gateway {

/// The answer of a route that is for callers with a role; `request.route` is not null, and the
/// caller may use it.
Answer answer_for_caller(const GatewayOptions& options, const GatewayPorts& ports,
                         const Caller& caller, const ApiRequest& request);

/// Health, metrics and the API. Answers on the reads' own thread, so a slow read never holds
/// up a webhook; not for use by several threads at once.
class Api {
public:
  Api(const GatewayOptions& options, const GatewayPorts& ports, const Counters& counters,
      const WebhookRoute& webhooks);

  Answer answer(const ApiRequest& request);
  /// The answer to a program on this machine, which may do all: without token and rate,
  /// for the tenant in X-Tidemark-Tenant or the only one. May be called beside `answer`.
  Answer answer_local(const ApiRequest& request) const;

private:
  Answer admit(const ApiRequest& request);
  Answer decide(const ApiRequest& request, const AccessGrant& grant);
  Answer answer_known(const ApiRequest& request, const Caller& caller) const;
  Answer other_method(const ApiRequest& request) const;
  Answer dispatch(const ApiRequest& request, const Caller& caller) const;
  Result<Caller> caller_of(const AccessGrant& grant) const;
  Result<Caller> local_caller(const ApiRequest& request) const;
  Answer problem(const Problem& problem, const ApiRequest& request) const;

  const GatewayOptions& options_;
  const GatewayPorts& ports_;
  const Counters& counters_;
  const WebhookRoute& webhooks_;
  AccessControl access_;
};

} // namespace tidemark::gateway
