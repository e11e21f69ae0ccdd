#pragma once
#include "gateway/api/counters.hpp"
#include "gateway/api/request.hpp"
#include "gateway/credentials/access.hpp"
#include "gateway/credentials/read_tally.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/ports.hpp"

#include <memory>

namespace tidemark::gateway {

class BulkActions;
class RefusedSignatures;
class WebhookKinds;

/// Every route of the service.
Routes routes();
/// The route of a path that takes the method; else any of the path, null when there is none.
const Route* find_route(const Target& target, std::string_view method);

/// Health, metrics and the API. Answers on the reads' own thread, so a slow read never holds
/// up a webhook; beside it on one that hashes passwords.
class Api {
public:
  Api(const GatewayOptions& options, const GatewayPorts& ports, const Counters& counters,
      const RefusedSignatures& refused_signatures);
  ~Api();

  /// Reads who may enter, and goes on with what an earlier start left. Once, before anything is
  /// asked. Errors: those of reading the log.
  Status resume_actions();
  Answer answer(const ApiRequest& request);
  /// The answer of a route that is a probe, nothing for another. May be called on every thread.
  std::optional<Answer> answer_probe(const ApiRequest& request) const;
  /// The answer to a program on this machine, which may do all: without token and rate,
  /// for the tenant in X-Tidemark-Tenant or the only one. May be called beside `answer`.
  Answer answer_local(const ApiRequest& request) const;

  /// Tells where the address stands, of an answer that was not admitted. May be called on every
  /// thread.
  void add_rate(Answer& answer, const ApiRequest& request) const;
  /// May be called on every thread.
  bool is_suspended(const TenantId& tenant) const;
  /// Records who was shown people, as far as that is due; `all` at the end. Does not wait. May be
  /// called on every thread.
  void record_reads(bool all = false);

private:
  Answer admit(const ApiRequest& request);
  Answer decide(const ApiRequest& request, const AccessGrant& grant);
  Answer answer_known(const ApiRequest& request, const Caller& caller) const;
  Answer other_method(const ApiRequest& request) const;
  void note_read(const Route& route, const ApiRequest& request, const Caller& caller) const;
  Answer dispatch(const ApiRequest& request, const Caller& caller) const;
  Answer refuse_token(const ApiRequest& request, AccessGrant::Fault fault) const;
  std::optional<Answer> refuse_suspended(const Caller& caller, const ApiRequest& request) const;
  Answer refuse_right(const ApiRequest& request, const Caller& caller) const;
  std::variant<Caller, Problem> caller_of(const ApiRequest& request,
                                          const domain::ApiToken& token) const;
  Result<Caller> local_caller(const ApiRequest& request) const;
  Answer problem(const Problem& problem, const ApiRequest& request) const;

  const GatewayOptions& options_;
  const GatewayPorts& ports_;
  const Counters& counters_;
  const RefusedSignatures& refused_signatures_;
  mutable ReadTally reads_;
  mutable AccessBook book_;
  AccessControl access_;
  const std::unique_ptr<WebhookKinds> kinds_;
  const std::unique_ptr<BulkActions> actions_; ///< last: they ask
};

} // namespace tidemark::gateway
