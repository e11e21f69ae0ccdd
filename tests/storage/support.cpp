#include "tests/storage/support.hpp"

#include "base/crypto.hpp"
#include "events/codec.hpp"

namespace tidemark::storage::test {

NewEvent webhook(const std::string& body, bool maybe_opt_out, const std::string& stream) {
  events::WebhookReceived event;
  event.connector = ConnectorName{"ghl"};
  event.maybe_opt_out = maybe_opt_out;
  event.body_sha256 = to_hex(sha256(body));
  event.body_bytes = body.size();
  return {StreamName{stream}, event, {}, body};
}

void Gatherer::settled(std::span<Settled> group) {
  const std::lock_guard lock(guard_);
  calls_ += 1;
  for (auto& answer : group)
    answers_.emplace(answer.token, std::move(answer.outcome));
  arrived_.notify_all();
}

std::map<std::uint64_t, AppendOutcome> Gatherer::wait_for(std::size_t count) {
  std::unique_lock lock(guard_);
  arrived_.wait(lock, [&] { return answers_.size() >= count; });
  return answers_;
}

std::size_t Gatherer::count() const {
  const std::lock_guard lock(guard_);
  return answers_.size();
}

Error Failures::wait() {
  std::unique_lock lock(guard);
  happened.wait(lock, [&] { return !codes.empty(); });
  return error;
}

OpenOptions writing(const std::string& folder, Failures& failures) {
  OpenOptions options;
  options.folder = folder;
  options.log.free_share = [] { return 1.0; };
  options.log.count_syncs = true;
  options.log.last_opt_outs = std::chrono::milliseconds(0);
  options.log.fail_stop.no_more_acks = [&failures] { failures.no_more_acks = true; };
  options.log.fail_stop.end = [&failures](const Error& error) {
    const std::lock_guard lock(failures.guard);
    failures.error = error;
    failures.codes.push_back(error.code);
    failures.happened.notify_all();
  };
  return options;
}

OpenOptions reading(const std::string& folder) {
  OpenOptions options;
  options.folder = folder;
  options.access = Access::read;
  return options;
}

std::unique_ptr<OpenLog> open_for_test(const OpenOptions& options, const WallClock& clock) {
  auto opened = open_log(options, &clock);
  if (!opened) {
    ADD_FAILURE() << opened.error().code << ": " << opened.error().text;
    std::abort();
  }
  return std::move(*opened);
}

std::vector<std::string> payloads(const LogStore& log, Position after, std::size_t limit) {
  std::vector<std::string> out;
  const auto read = log.read(after, limit, [&](std::string_view record) {
    const auto view = events::read_record(record);
    out.emplace_back(view.ok() ? view->payload : "unreadable");
    return true;
  });
  EXPECT_TRUE(read.ok());
  return out;
}

const Appended& appended(const AppendOutcome& outcome) {
  static const Appended none;
  const auto* const made = std::get_if<Appended>(&outcome);
  if (made == nullptr) {
    ADD_FAILURE() << "not appended, outcome " << outcome.index();
    return none;
  }
  return *made;
}

std::string not_taken(const AppendOutcome& outcome) {
  const auto* const refused = std::get_if<NotTaken>(&outcome);
  return refused == nullptr ? "taken" : refused->reason_code;
}

} // namespace tidemark::storage::test
