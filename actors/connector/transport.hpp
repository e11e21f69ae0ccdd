#pragma once
#include "actors/ports/protocols.hpp"

#include <map>

namespace tidemark::actors {

/// See protocols.hpp. It decides nothing and reads nothing, so nothing makes it fall.
class TransportState {
public:
  static inline const char* name = "transport";

  void start(TransportActor::pointer self, HttpClient& http);
  caf::result<HttpResult> send(SendRequest& request);
  void ended(RequestEnded& answer);
  void keep(const KeepBudget& left) { budget_ = left.budget; }
  Inheritance inherit() const { return {.requests_out = out_.size(), .budget = budget_}; }

private:
  TransportActor::pointer self_ = nullptr;
  HttpClient* http_ = nullptr;
  std::map<std::uint64_t, caf::typed_response_promise<HttpResult>> out_;
  std::uint64_t next_ = 0;
  std::optional<domain::RateBudget> budget_;
};

TransportActor::behavior_type transport_actor(TransportActor::stateful_pointer<TransportState> self,
                                              HttpClient* http);

} // namespace tidemark::actors
