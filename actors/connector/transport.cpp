#include "actors/connector/transport.hpp"

namespace tidemark::actors {

void TransportState::start(TransportActor::pointer self, HttpClient& http) {
  self_ = self;
  http_ = &http;
}

caf::result<HttpResult> TransportState::send(SendRequest& request) {
  auto promise = self_->make_response_promise<HttpResult>();
  out_.emplace(++next_, promise);
  http_->send(std::move(request.call),
              [self = TransportActor(self_), id = next_](HttpResult result) {
                caf::anon_send(self, RequestEnded{id, std::move(result)});
              });
  return promise;
}

void TransportState::ended(RequestEnded& answer) {
  auto promise = out_.extract(answer.request);
  promise.mapped().deliver(std::move(answer.result));
}

TransportActor::behavior_type transport_actor(TransportActor::stateful_pointer<TransportState> self,
                                              HttpClient* http) {
  self->state.start(self, *http);
  return {
      [self](SendRequest& request) { return self->state.send(request); },
      [self](RequestEnded& answer) { self->state.ended(answer); },
      [self](const InheritRequest&) { return self->state.inherit(); },
      [self](const KeepBudget& left) { self->state.keep(left); },
  };
}

} // namespace tidemark::actors
