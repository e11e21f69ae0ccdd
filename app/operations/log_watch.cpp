#include "app/operations/log_watch.hpp"

#include "app/operations/recorded_log.hpp"
#include "events/codec.hpp"
#include "events/format/stream_name.hpp"

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
      failures_(log), slow_(slow) {}

void LogWatch::read_on() {
  const auto read = storage::read_each(log_, read_to_, std::numeric_limits<std::size_t>::max(),
                                       [&](std::string_view record) { return look(record); });
  if (read)
    read_to_ = *read;
}

Result<bool> LogWatch::look(std::string_view record) {
  TRY(header, events::read_header(record));
  const bool is_new = header.position > begun_;
  if (is_new)
    log_recorded(header);
  const bool failed = is_new && FailureLog::is_failure(header.type);
  const bool interpreted = header.type == events::WebhookInterpreted::name;
  const bool answered = is_new && tells_an_answer(header.type);
  if (!failed && !interpreted && !answered)
    return true;
  TRY(view, events::read_record(record, false));
  if (!failed && !(interpreted && KindsWatch::may_matter(view.payload))
      && !(answered && may_be_slow(view.payload)))
    return true;
  TRY(event, events::decode(header.type, view.payload));
  if (const auto* webhook = std::get_if<events::WebhookInterpreted>(&event))
    kinds_.take(view.envelope.tenant, *webhook, view.envelope.recorded_at);
  else
    note_slow(view.envelope, event);
  if (failed)
    failures_.take({view.envelope, std::move(event)});
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
