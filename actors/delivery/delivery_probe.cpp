#include "actors/connector/flow_log.hpp"
#include "actors/delivery/delivery_actor.hpp"
#include "actors/lookup/delivery_reading.hpp"
#include "events/format/tags.hpp"

/// What the delivery actor knows of the connection: from what it sends anyway, and from a question
/// of its own when there is nothing to send.
namespace tidemark::actors {
namespace {

constexpr std::size_t probe_answer_bytes_max = 64U * 1024;

} // namespace

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
  const auto& answer = result.answer;
  const bool judged = connector.judge_probe;
  domain::DeliveryResult said{domain::DeliveryVerdict::retry, answer.transport};
  if (judged)
    said = connector.judge_probe(answer);
  const bool unauthorized = said.verdict == domain::DeliveryVerdict::unauthorized
                            && said.reason_code == Reason::unauthorized;
  const bool renewing = unauthorized && !std::exchange(probe_was_refused_, unauthorized);
  if (answer.status == 0 || (judged && answer.status >= 500))
    ++failures_in_row_;
  else if (answer.status < 500 && open_.size() == 0)
    failures_in_row_ = 0;
  take_sign({.http_status = answer.status,
             .reason_code = said.reason_code,
             .understood = judged && said.verdict == domain::DeliveryVerdict::accepted,
             .renewing = renewing,
             .probe = true});
  if (unauthorized)
    credential_.refused(credential_.version());
  else
    probe_was_refused_ = false;
  note(flow_.on_page(limits_in(connector, answer, now_),
                     domain::sign_of(recorded_answer(result), said.reason_code, renewing), sending_,
                     taken_before));
  work();
}

} // namespace tidemark::actors
