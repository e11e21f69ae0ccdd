#include "actors/connector/custom_field_check.hpp"

#include "actors/ports/log_port.hpp"
#include "connectors/shared/custom_fields.hpp"
#include "connectors/shared/outbound.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

namespace tidemark::actors {
namespace {

constexpr std::chrono::hours ask_every{24};
constexpr std::chrono::minutes ask_again_after{10}; ///< an answer that told nothing
constexpr std::size_t fields_bytes_max = 1024 * 1024;

/// Why the answer tells nothing; none when it does.
Reason failure_of(const connectors::HttpAnswer& answer) {
  if (const auto judged = connectors::judge_common(answer, connectors::Effect::none))
    return judged->reason_code;
  return connectors::is_success(answer) ? Reason::none
                                        : connectors::judge_refusal(answer).reason_code;
}

} // namespace

bool checks_custom_fields(const Destination& destination) {
  const auto& [connector, settings] = destination.configured;
  return connector->list_custom_fields && !connectors::custom_fields_in(settings).empty();
}

void CustomFieldCheckState::start(CustomFieldCheckActor::pointer self,
                                  std::shared_ptr<const TenantContext> context,
                                  ConnectorName connector, TransportActor transport) {
  self_ = self;
  context_ = std::move(context);
  connector_ = std::move(connector);
  transport_ = std::move(transport);
  destination_ = &context_->destinations.at(connector_);
  settings_ = destination_->configured.settings;
  usable_ = !destination_->oauth;
}

void CustomFieldCheckState::news(const TokenNews& news) {
  settings_ = news.settings;
  usable_ = news.status.usable;
}

void CustomFieldCheckState::tick(const Tick& tick) {
  now_ = tick.now;
  if (!asking_ && usable_ && !tick.draining && now_ >= due_)
    ask();
}

void CustomFieldCheckState::ask() {
  asking_ = true;
  if (!destination_->oauth && destination_->reread)
    settings_ = destination_->reread(); // the token may be another one by now
  self_
      ->request(
          transport_, caf::infinite,
          SendRequest{{destination_->configured.connector->list_custom_fields(settings_),
                       destination_->timeout, fields_bytes_max, destination_->allow_loopback_http}})
      .then([this](const HttpResult& result) { answered(result); },
            [this](const caf::error&) {
              asking_ = false;
              due_ = now_ + ask_again_after;
            });
}

void CustomFieldCheckState::answered(const HttpResult& result) {
  asking_ = false;
  const auto rules = connectors::custom_fields_in(settings_);
  events::CustomFieldsChecked checked{connector_, static_cast<std::uint32_t>(rules.size()), {}, {}};
  checked.failure = failure_of(result.answer);
  if (checked.failure == Reason::none) {
    const auto there = destination_->configured.connector->read_custom_fields(result.answer.body);
    if (there)
      checked.findings = connectors::compare_custom_fields(rules, *there);
    else
      checked.failure = Reason::answer_not_understood;
  }
  due_ =
      now_ + (checked.failure == Reason::none ? std::chrono::minutes{ask_every} : ask_again_after);
  record(std::move(checked));
}

std::optional<events::CustomFieldsChecked> CustomFieldCheckState::recorded() const {
  const auto tag = storage::stream_tag(events::custom_fields_stream(connector_));
  auto found = storage::newest_under_tag<events::CustomFieldsChecked>(context_->log(),
                                                                      context_->tenant, tag);
  return found ? *std::move(found) : std::nullopt;
}

void CustomFieldCheckState::record(events::CustomFieldsChecked checked) {
  if (recorded() == checked)
    return;
  if (!checked.findings.empty() || checked.failure != Reason::none)
    context_->report("custom_fields/" + connector_.value,
                     "mapped custom fields do not fit, or could not be looked up: "
                     "tidemark custom-fields");
  storage::Append append;
  append.tenant = context_->tenant;
  append.events.push_back({events::custom_fields_stream(connector_), std::move(checked), {}, {}});
  context_->log_port.submit(std::move(append), self_, 0);
}

void CustomFieldCheckState::settled(const AppendSettled& answer) {
  if (!std::holds_alternative<storage::Appended>(answer.outcome))
    due_ = now_ + ask_again_after; // it is asked for and recorded once more
}

CustomFieldCheckActor::behavior_type
custom_field_check(CustomFieldCheckActor::stateful_pointer<CustomFieldCheckState> self,
                   std::shared_ptr<const TenantContext> context, ConnectorName connector,
                   TransportActor transport) {
  self->state.start(self, std::move(context), std::move(connector), std::move(transport));
  return {
      [self](const Tick& tick) { self->state.tick(tick); },
      [self](const AppendSettled& answer) { self->state.settled(answer); },
      [self](const TokenNews& news) { self->state.news(news); },
  };
}

} // namespace tidemark::actors
