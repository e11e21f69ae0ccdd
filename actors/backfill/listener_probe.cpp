#include "actors/backfill/backfill_actor.hpp"
#include "actors/connector/flow_log.hpp"
#include "actors/connector/probe_answer.hpp"

/// What is known of a system that nothing is sent to, besides its webhooks: where its settings let
/// it be asked, the same question that costs nothing there as at all others. Nothing of it is
/// recorded, so a start knows nothing until the first answer.
namespace tidemark::actors {

void BackfillState::probe() {
  const auto& connector = *destination_->configured.connector;
  const bool renewed = probe_was_refused_ && !connection_.refusal();
  const bool fails = probe_failures_ > 0 && probe_failures_ < 5; // then it is known to
  const auto pause = fails || renewed ? domain::probe_after_failure : domain::probe_after;
  if (delivery_ || probing_ || busy_ || draining_ || now_ < heard_at_ + pause || !context_->probes
      || !connector.probe || !credential_.ready())
    return;
  probing_ = true;
  self_->request(supervisor_, caf::infinite, ProbeRequest{})
      .then(
          [this](const ProbeGrant&) {
            probing_ = false;
            send_probe();
          },
          [](const caf::error&) {}); // it ended, so this one ends too
}

void BackfillState::send_probe() {
  const auto& configured = credential_.configured();
  auto request = configured.connector->probe(configured.settings);
  if (request.url.empty() || draining_ || !credential_.ready() || !budget_.take()) {
    heard_at_ = now_; // looks again later
    return;
  }
  budget_.sent();
  probing_ = true;
  self_
      ->request(transport_, caf::infinite,
                SendRequest{{std::move(request), destination_->timeout, probe_answer_bytes_max,
                             destination_->allow_loopback_http}})
      .then([this, taken_before =
                       budget_.taken()](const HttpResult& result) { probed(result, taken_before); },
            [this](const caf::error&) {
              fail({"transport_ended", "a request got no answer"});
            });
}

void BackfillState::probed(const HttpResult& result, std::uint64_t taken_before) {
  probing_ = false;
  heard_at_ = now_;
  const auto& connector = *destination_->configured.connector;
  const auto read = read_probe(connector, result.answer);
  const bool renewing = read.unauthorized() && !std::exchange(probe_was_refused_, true);
  domain::learn_from(budget_, limits_in(connector, result.answer, now_), 0, taken_before, now_);
  probe_failures_ = read.fails() ? probe_failures_ + 1 : 0;
  operations_.note(probe_operation, !read.succeeded(), result.duration);
  connection_.take(read.sign(renewing), now_);
  if (read.unauthorized())
    credential_.refused(credential_.version());
  else
    probe_was_refused_ = false;
}

} // namespace tidemark::actors
