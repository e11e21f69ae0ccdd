#include "gateway/server/server.hpp"

#include "gateway/server/connection.hpp"

#include <boost/asio/post.hpp>
#include <pthread.h>

#include <algorithm>
#include <future>

namespace tidemark::gateway {
namespace {

std::chrono::milliseconds sweep_interval(const GatewayLimits& limits) {
  const auto shortest = std::min(
      {limits.header, limits.body, limits.body_grace, limits.idle, limits.write, limits.linger});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(250));
}

} // namespace

Worker::Worker(Shared& shared, std::uint8_t index)
    : shared_(shared), busy_(asio::make_work_guard(context_)), sweep_timer_(context_),
      sweep_every_(sweep_interval(shared.options.limits)), next_id_(std::uint64_t{index} << 56U) {}

Worker::~Worker() = default;

void Worker::start() {
  sweep();
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "http-server");
    context_.run();
  });
}

void Worker::run_and_wait(const std::function<void()>& work) {
  std::promise<void> done;
  asio::post(context_, [&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

void Worker::close_all() {
  sweep_timer_.cancel();
  sweep_every_ = std::chrono::milliseconds(0);
  for (auto* connection : connections_)
    connection->abort();
}

void Worker::stop() {
  if (!thread_.joinable())
    return;
  wait_for_log();
  busy_.reset();
  thread_.join();
}

void Worker::adopt(StreamSocket socket, const Peer& peer) {
  const auto connection = std::make_shared<Connection>(std::move(socket), peer, *this);
  if (!shared_.draining.load())
    connection->start();
}

void Worker::begin_drain() {
  for (auto* connection : connections_)
    connection->begin_drain();
}

void Worker::enter(Connection& connection) {
  connection.place = connections_.size();
  connections_.push_back(&connection);
}

void Worker::leave(Connection& connection) {
  connections_.back()->place = connection.place;
  connections_[connection.place] = connections_.back();
  connections_.pop_back();
}

std::string Worker::make_request_id() {
  auto id = shared_.id_prefix;
  std::string number;
  append_u64(number, next_id_++);
  return id += to_hex(number);
}

// ---- the log

void Worker::submit(storage::Append append, std::shared_ptr<Connection> connection) {
  std::uint64_t token = waiting_.size();
  if (free_tokens_.empty()) {
    waiting_.push_back(std::move(connection));
  } else {
    token = free_tokens_.back();
    free_tokens_.pop_back();
    waiting_[token] = std::move(connection);
  }
  {
    const std::lock_guard lock(unsettled_guard_);
    ++unsettled_;
  }
  shared_.ports.log.submit(std::move(append), *this, token);
}

void Worker::settled(std::span<storage::Settled> group) {
  std::vector<storage::Settled> answers(std::make_move_iterator(group.begin()),
                                        std::make_move_iterator(group.end()));
  const auto count = answers.size();
  asio::post(context_,
             [this, answers = std::move(answers)]() mutable { deliver(std::move(answers)); });
  const std::lock_guard lock(unsettled_guard_);
  unsettled_ -= count;
  if (unsettled_ == 0)
    all_settled_.notify_all();
}

void Worker::deliver(std::vector<storage::Settled> group) {
  for (auto& [token, outcome] : group) {
    const auto connection = std::move(waiting_[token]);
    free_tokens_.push_back(token);
    connection->settle(outcome);
  }
}

void Worker::wait_for_log() {
  std::unique_lock lock(unsettled_guard_);
  all_settled_.wait(lock, [this] { return unsettled_ == 0; });
}

// ---- reads

void Worker::ask_api(ApiRequest request, std::shared_ptr<Connection> connection) {
  if (const auto answer = shared_.api.answer_probe(request))
    return connection->send(*answer);
  const bool local = request.local_user.has_value();
  if (!local && request.route && request.route->hashes && takes(*request.route, request.method))
    return hash_for(std::move(request), std::move(connection));
  if (!local && shared_.api_jobs.fetch_add(1) >= shared_.options.limits.api_jobs_max) {
    shared_.api_jobs.fetch_sub(1);
    auto answer = problem_answer({503, "overloaded", "too many reads are waiting; try again later"},
                                 request.request_id, shared_.ports.clock.now());
    answer.headers.emplace_back("Retry-After", "1");
    shared_.api.add_rate(answer, request);
    return connection->send(answer);
  }
  asio::post(
      local ? shared_.local_thread : shared_.api_thread,
      [this, local, request = std::move(request), connection = std::move(connection)]() mutable {
        auto answer = local ? shared_.api.answer_local(request) : shared_.api.answer(request);
        if (!local)
          shared_.api_jobs.fetch_sub(1);
        // The connection moves back: its last owner must be on its own thread.
        asio::post(context_, [answer = std::move(answer), connection = std::move(connection)] {
          connection->send(answer);
        });
      });
}

/// A login costs as much work as a thousand reads: those that are too many are sent away.
void Worker::hash_for(ApiRequest request, std::shared_ptr<Connection> connection) {
  constexpr std::size_t waiting_max = 16;
  if (shared_.hash_jobs.fetch_add(1) > waiting_max) { // and one under way
    shared_.hash_jobs.fetch_sub(1);
    auto answer = problem_answer(
        {429, "too_many_logins", "too many logins are waiting; try again in a second"},
        request.request_id, shared_.ports.clock.now());
    answer.headers.emplace_back("Retry-After", "1");
    shared_.api.add_rate(answer, request);
    return connection->send(answer);
  }
  asio::post(shared_.hash_thread, [this, request = std::move(request),
                                   connection = std::move(connection)]() mutable {
    auto answer = shared_.api.answer(request);
    shared_.hash_jobs.fetch_sub(1);
    asio::post(context_, [answer = std::move(answer), connection = std::move(connection)] {
      connection->send(answer);
    });
  });
}

// ---- time

void Worker::sweep() {
  if (sweep_every_.count() == 0)
    return;
  date_ = http_date(shared_.ports.clock.now());
  shared_.webhooks.record_repeats();
  shared_.api.record_reads();
  const auto now = std::chrono::steady_clock::now();
  for (auto* connection : connections_)
    connection->check_deadline(now);
  sweep_timer_.expires_after(sweep_every_);
  sweep_timer_.async_wait([this](const auto& cancelled) {
    if (!cancelled)
      sweep();
  });
}

} // namespace tidemark::gateway
