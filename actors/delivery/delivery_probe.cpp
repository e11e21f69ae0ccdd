#include "actors/connector/flow_log.hpp"
#include "actors/connector/probe_answer.hpp"
#include "actors/delivery/delivery_actor.hpp"
#include "actors/lookup/delivery_reading.hpp"
#include "events/format/tags.hpp"

/// What the delivery actor knows of the connection: from what it sends anyway, and from a question
/// of its own when there is nothing to send.
namespace tidemark::actors {

/// Once the secrets are there: what the log says of others is not about these.
Status DeliveryState::read_journal() {
  if (knows_journal_ || !credential_.ready())
    return Done{};
  knows_journal_ = true;
  const auto key = key_id_of(*context_, credential_.configured().settings, credential_.status());
  TRYV(read_credential(*context_, target_, key, journal_, connection_));
  take_refusal();
  return Done{};
}

void DeliveryState::take_sign(const domain::ConnectionSign& sign) {
  connection_.take(sign, now_);
  take_refusal();
  if (!knows_journal_)
    return; // what the log says comes first
  const auto key = key_id_of(*context_, credential_.configured().settings, credential_.status());
  for (auto& changed : journal_.note(target_, key, connection_)) {
    note_in(events::credential_stream(target_), std::move(changed));
    noted_in_log_ = next_token_;
  }
}

/// Nothing is held back where two secrets are in use: what goes by the other one may succeed.
void DeliveryState::take_refusal() {
  const auto& token = connection_.token;
  const bool has_two = !destination_->configured.connector->capabilities.forwards_from.empty();
  flow_.set_refused(!has_two && token.refused && token.reason_code == Reason::unauthorized);
}

/// Is it time to ask? Whatever came back lately tells as much.
void DeliveryState::probe() {
  const auto& connector = *destination_->configured.connector;
  const bool fails = failures_in_row_ > 0 && failures_in_row_ < 5; // then it is known to
  const bool renewed = probe_was_refused_ && !connection_.token.refused;
  const auto pause = fails || renewed ? domain::probe_after_failure : domain::probe_after;
  const bool is_due = now_ >= heard_at_ + pause && sending_ == 0 && flow_.lets_page(open_.size());
  if (probing_ || draining_ || !is_due || !context_->probes || !connector.probe
      || inherited_out_ != 0U || !credential_.ready())
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

void DeliveryState::send_probe() {
  const auto& configured = credential_.configured();
  auto request = configured.connector->probe(configured.settings);
  if (request.url.empty() || draining_ || !credential_.ready() || !flow_.takes_page(open_.size())) {
    heard_at_ = now_; // looks again later
    return;
  }
  probing_ = true;
  self_
      ->request(transport_, caf::infinite,
                SendRequest{{std::move(request), destination_->timeout, probe_answer_bytes_max,
                             destination_->allow_loopback_http}})
      .then([this, taken_before = flow_.budget().taken()](
                const HttpResult& result) { probed(result, taken_before); },
            [this](const caf::error&) {
              fail({"transport_ended", "a request got no answer"});
            });
}

/// A success of the question does not undo the failures of what waits to be sent.
void DeliveryState::probed(const HttpResult& result, std::uint64_t taken_before) {
  probing_ = false;
  heard_at_ = now_;
  const auto& connector = *destination_->configured.connector;
  const auto read = read_probe(connector, result.answer);
  const bool renewing = read.unauthorized() && !std::exchange(probe_was_refused_, true);
  if (read.fails())
    ++failures_in_row_;
  else if (read.status < 500 && open_.size() == 0)
    failures_in_row_ = 0;
  operations_.note(probe_operation, !read.succeeded(), result.duration);
  take_sign(read.sign(renewing));
  if (read.unauthorized())
    credential_.refused(credential_.version());
  else
    probe_was_refused_ = false;
  note(flow_.on_page(limits_in(connector, result.answer, now_),
                     domain::sign_of(recorded_answer(result), read.said.reason_code, renewing),
                     sending_, taken_before));
  work();
}

} // namespace tidemark::actors
