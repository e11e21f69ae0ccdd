#include "app/operations/log_watch.hpp"

#include "app/operations/recorded_log.hpp"
#include "events/codec.hpp"
#include "events/format/stream_name.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>
#include <limits>

namespace tidemark::app {
namespace {

constexpr std::uint64_t kinds_looked_back = 50'000; // some tens of milliseconds

bool tells_an_answer(std::string_view type) {
  return type.starts_with("delivery.") || type == events::ActionAccepted::name;
}

/// Before it is decoded: do four digits or more stand for the milliseconds?
bool may_be_slow(std::string_view payload) {
  constexpr std::string_view member = "\"milliseconds\":";
  const auto at = payload.find(member);
  if (at == std::string_view::npos)
    return false;
  const auto digits = payload.substr(at + member.size(), 4);
  return std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

LogWatch::LogWatch(const storage::LogStore& log, SlowOperations& slow)
    : log_(log),
      begun_(log.durable()), read_to_{begun_.value - std::min(begun_.value, kinds_looked_back)},
      times_(log), failures_(log), slow_(slow) {}

void LogWatch::read_on() {
  const auto read = storage::read_each(log_, read_to_, std::numeric_limits<std::size_t>::max(),
                                       [&](std::string_view record) { return look(record); });
  if (read)
    read_to_ = *read;
  if (auto spans = spans_.take_spans(); !spans.empty())
    span_sink_(std::move(spans));
}

std::optional<events::Recorded> LogWatch::at(Position position) const {
  auto recorded = storage::recorded_event(log_, position);
  return recorded ? std::optional(*std::move(recorded)) : std::nullopt;
}

Result<bool> LogWatch::look(std::string_view record) {
  TRY(header, events::read_header(record));
  times_.add(header.position, header.recorded_at);
  const bool is_new = header.position > begun_;
  if (is_new) {
    log_recorded(header);
    if (domain::FlowTimes::wants_header(header.type)) {
      flows_.take(header, [this](Position position) { return times_.of(position); });
      read_to_ = header.position;
    }
    if (traces(is_new) && domain::TraceFold::wants_header(header.type)) {
      spans_.take(header, [this](Position position) { return at(position); });
      read_to_ = header.position;
    }
  }
  const bool wanted = header.type == events::WebhookInterpreted::name
                      || (is_new
                          && (FailureLog::is_failure(header.type) || tells_an_answer(header.type)
                              || domain::FlowTimes::wants_event(header.type)
                              || (span_sink_ && domain::TraceFold::wants_event(header.type))));
  return wanted ? look_into(record, header) : Result<bool>(true);
}

Result<bool> LogWatch::look_into(std::string_view record, const events::RecordHeader& header) {
  const bool is_new = header.position > begun_;
  TRY(view, events::read_record(record, false));
  const bool is_kind =
      header.type == events::WebhookInterpreted::name && KindsWatch::may_matter(view.payload);
  const bool is_failure = is_new && FailureLog::is_failure(header.type);
  const bool is_flow = is_new && domain::FlowTimes::wants_event(header.type);
  const bool is_slow = is_new && tells_an_answer(header.type) && may_be_slow(view.payload);
  const bool is_traced = traces(is_new) && domain::TraceFold::wants_event(header.type);
  if (!is_kind && !is_failure && !is_flow && !is_slow && !is_traced)
    return true;
  TRY(event, events::decode(header.type, view.payload));
  const events::Recorded recorded{view.envelope, std::move(event)};
  if (is_kind)
    kinds_.take(view.envelope.tenant, std::get<events::WebhookInterpreted>(recorded.event),
                view.envelope.recorded_at);
  if (is_flow)
    flows_.take(recorded, [this](Position position) { return times_.of(position); });
  if (is_traced)
    spans_.take(recorded, [this](Position position) { return at(position); });
  if (is_slow)
    note_slow(recorded.envelope, recorded.event);
  if (is_failure)
    failures_.take(recorded);
  read_to_ = header.position; // a later one that cannot be read does not bring it up again
  return true;
}

void LogWatch::note_slow(const events::Envelope& envelope, const events::Event& event) {
  const auto* facts = std::visit(
      []<class E>(const E& e) -> const events::AnswerFacts* {
        if constexpr (requires { e.facts.answer; })
          return &e.facts;
        else
          return nullptr;
      },
      event);
  if (!facts || std::chrono::milliseconds(facts->answer.milliseconds) <= SlowOperations::limit)
    return;
  slow_.note({SlowOperations::Kind::vendor,
              std::string(events::target_in(envelope.stream.value)) + " "
                  + operation_at(log_, facts->intent),
              std::chrono::milliseconds(facts->answer.milliseconds), facts->delivery.value},
             envelope.recorded_at);
}

} // namespace tidemark::app
