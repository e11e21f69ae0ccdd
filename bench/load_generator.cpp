#include "bench/load_generator.hpp"

#include "base/crypto.hpp"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace tidemark::bench {
namespace {

using namespace std::chrono_literals;
constexpr auto reconnect_pause = 20ms;
constexpr auto last_answers = 5s; // how long the end waits for what is under way
constexpr std::size_t answer_bytes_max = 64U << 10U;

/// Value of Content-Length in the head, or 0.
std::size_t content_length(std::string_view head) {
  constexpr std::string_view name = "content-length:";
  while (!head.empty()) {
    const auto end = head.find("\r\n");
    const auto line = head.substr(0, end);
    if (line.size() > name.size() && strncasecmp(line.data(), name.data(), name.size()) == 0) {
      auto digits = line.substr(name.size());
      digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
      std::size_t value = 0;
      std::from_chars(digits.data(), digits.data() + digits.size(), value);
      return value;
    }
    if (end == std::string_view::npos)
      break;
    head.remove_prefix(end + 2);
  }
  return 0;
}

std::string_view position_in(std::string_view body) {
  constexpr std::string_view name = "\"position\":";
  const auto at = body.find(name);
  if (at == std::string_view::npos)
    return "0";
  const auto digits = body.substr(at + name.size());
  return digits.substr(0, digits.find_first_not_of("0123456789"));
}

std::uint64_t micros(std::chrono::steady_clock::duration duration) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
}

} // namespace

struct LoadGenerator::Connection {
  enum class State : std::uint8_t { closed, connecting, idle, sending, receiving };
  int fd = -1;
  State state = State::closed;
  bool wants_write = false;
  Due due;
  std::string request;
  std::size_t sent = 0;
  std::string answer = std::string(answer_bytes_max, '\0');
  std::size_t received = 0;
  Clock::time_point reopen_at{};
};

LoadGenerator::LoadGenerator(const LoadBodies& bodies, LoadOptions options)
    : bodies_(bodies), options_(options), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  for (std::size_t i = 0; i < options_.connections; ++i) {
    connections_.push_back(std::make_unique<Connection>());
    connections_.back()->request = bodies_.blank();
  }
}

LoadGenerator::~LoadGenerator() {
  for (auto& connection : connections_)
    if (connection->fd >= 0)
      close(connection->fd);
  close(epoll_);
}

LoadResult LoadGenerator::run() {
  const auto duration = [](double seconds) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  };
  for (auto& connection : connections_)
    open(*connection);
  start_ = Clock::now();
  measured_from_ = start_ + duration(options_.warmup_seconds);
  end_ = measured_from_ + duration(options_.seconds);
  next_progress_ = start_ + 1s;
  std::vector<epoll_event> events(std::max<std::size_t>(64, options_.connections));
  for (auto time = Clock::now(); !finished(time); time = Clock::now()) {
    dispatch_due(time);
    reopen_closed(time);
    const auto wait = wait_time(time);
    const timespec pause{wait / 1s, (wait % 1s).count()};
    const int ready =
        epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &pause, nullptr);
    for (int i = 0; i < ready; ++i)
      on_event(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr),
               events[static_cast<std::size_t>(i)].events);
    show_progress(time);
  }
  result_.unanswered = under_way_ + again_.size() + waiting_.size();
  const auto until = std::min(Clock::now(), end_);
  result_.seconds = std::chrono::duration<double>(until - measured_from_).count();
  return result_;
}

bool LoadGenerator::finished(Clock::time_point time) const {
  if (result_.exhausted && under_way_ == 0 && again_.empty() && waiting_.empty())
    return true;
  return time >= end_ && (under_way_ == 0 || time >= end_ + last_answers);
}

void LoadGenerator::open(Connection& connection) {
  connection.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(connection.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  connection.state = Connection::State::connecting;
  connection.wants_write = true;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT;
  event.data.ptr = &connection;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event);
  const auto* address = reinterpret_cast<const sockaddr*>(&options_.address);
  if (connect(connection.fd, address, sizeof options_.address) != 0 && errno != EINPROGRESS)
    lose(connection);
}

void LoadGenerator::lose(Connection& connection) {
  using State = Connection::State;
  if (connection.state == State::sending || connection.state == State::receiving) {
    ++result_.lost;
    --under_way_;
    if (options_.resend)
      again_.push_back(connection.due);
  } else if (connection.state == State::connecting) {
    ++result_.connect_failures;
  }
  std::erase(idle_, &connection);
  close(connection.fd);
  connection.fd = -1;
  connection.state = State::closed;
  connection.received = 0;
  connection.reopen_at = Clock::now() + reconnect_pause;
}

void LoadGenerator::reopen_closed(Clock::time_point time) {
  for (auto& connection : connections_)
    if (connection->state == Connection::State::closed && connection->reopen_at <= time)
      open(*connection);
}

void LoadGenerator::on_event(Connection& connection, std::uint32_t events) {
  using State = Connection::State;
  if (connection.state == State::closed)
    return;
  if (connection.state == State::connecting) {
    int failure = 0;
    socklen_t size = sizeof failure;
    getsockopt(connection.fd, SOL_SOCKET, SO_ERROR, &failure, &size);
    if (failure != 0 || (events & (EPOLLERR | EPOLLHUP)) != 0)
      return lose(connection);
    connection.state = State::idle;
    return give_work(connection);
  }
  if ((events & EPOLLOUT) != 0 && connection.state == State::sending)
    send(connection);
  if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0 && connection.state != State::closed)
    receive(connection);
}

bool LoadGenerator::take_work(Due& due) {
  const auto time = Clock::now();
  for (auto* queue : {&again_, &waiting_}) {
    if (queue->empty())
      continue;
    due = queue->front();
    queue->pop_front();
    return true;
  }
  if (options_.rate > 0 || time >= end_)
    return false;
  if (next_ >= bodies_.count()) {
    result_.exhausted = true;
    return false;
  }
  due = {next_++, time};
  return true;
}

void LoadGenerator::give_work(Connection& connection) {
  if (!take_work(connection.due)) {
    connection.state = Connection::State::idle;
    want_write(connection, false);
    idle_.push_back(&connection);
    return;
  }
  bodies_.fill(connection.request, connection.due.index);
  connection.sent = 0;
  connection.received = 0;
  connection.state = Connection::State::sending;
  ++under_way_;
  send(connection);
}

void LoadGenerator::send(Connection& connection) {
  const auto& request = connection.request;
  const auto count = ::send(connection.fd, request.data() + connection.sent,
                            request.size() - connection.sent, MSG_NOSIGNAL);
  if (count < 0 && errno != EAGAIN)
    return lose(connection);
  connection.sent += count > 0 ? static_cast<std::size_t>(count) : 0;
  const bool whole = connection.sent == request.size();
  if (whole)
    connection.state = Connection::State::receiving;
  want_write(connection, !whole);
}

void LoadGenerator::want_write(Connection& connection, bool wanted) {
  if (connection.wants_write == wanted)
    return;
  connection.wants_write = wanted;
  epoll_event event{};
  event.events = EPOLLIN | (wanted ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
  event.data.ptr = &connection;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.fd, &event);
}

void LoadGenerator::receive(Connection& connection) {
  const auto count = recv(connection.fd, connection.answer.data() + connection.received,
                          connection.answer.size() - connection.received, 0);
  if (count <= 0) {
    if (count < 0 && errno == EAGAIN)
      return;
    return lose(connection);
  }
  connection.received += static_cast<std::size_t>(count);
  const std::string_view text(connection.answer.data(), connection.received);
  const auto head_end = text.find("\r\n\r\n");
  if (head_end == std::string_view::npos)
    return;
  const auto head = text.substr(0, head_end);
  const auto length = content_length(head);
  if (text.size() < head_end + 4 + length)
    return text.size() == answer_bytes_max ? lose(connection) : void();
  unsigned status = 0;
  if (head.size() > 12)
    std::from_chars(head.data() + 9, head.data() + 12, status);
  if (connection.state != Connection::State::receiving)
    return lose(connection); // an answer before the whole request was sent: start afresh
  const bool closes = head.find("onnection: close") != std::string_view::npos;
  answered(connection, status, text.substr(head_end + 4, length));
  connection.state = Connection::State::idle;
  if (closes)
    return lose(connection);
  give_work(connection);
}

void LoadGenerator::answered(Connection& connection, unsigned status, std::string_view body) {
  --under_way_;
  if (status >= 200 && status < 300)
    return acknowledge(connection, body, Clock::now());
  ++result_.refused[status];
  if (options_.resend && (status == 429 || status >= 500))
    again_.push_back(connection.due);
}

void LoadGenerator::acknowledge(Connection& connection, std::string_view body,
                                Clock::time_point time) {
  ++result_.acknowledged_in_all;
  if (body.find("duplicate") != std::string_view::npos)
    ++result_.duplicates;
  if (time >= measured_from_ && time < end_) {
    ++result_.acknowledged;
    result_.latency.add(micros(time - connection.due.since));
    const auto second = static_cast<std::size_t>((time - measured_from_) / 1s);
    if (result_.by_second.size() <= second)
      result_.by_second.resize(second + 1);
    ++result_.by_second[second];
  }
  if (options_.ledger == nullptr)
    return;
  const auto line =
      fmt::format("{} {} {}\n", position_in(body), sha256_hex(bodies_.body_of(connection.request)),
                  bodies_.webhook_id_of(connection.request));
  std::fwrite(line.data(), 1, line.size(), options_.ledger);
  std::fflush(options_.ledger);
}

void LoadGenerator::dispatch_due(Clock::time_point time) {
  if (options_.rate > 0 && !result_.exhausted) {
    const auto passed = std::chrono::duration<double>(std::min(time, end_) - start_).count();
    const auto due_now = static_cast<std::uint64_t>(passed * options_.rate);
    for (; next_ < due_now; ++next_) {
      if (next_ >= bodies_.count()) {
        result_.exhausted = true;
        break;
      }
      const std::chrono::duration<double> at(static_cast<double>(next_ + 1) / options_.rate);
      waiting_.push_back({next_, start_ + std::chrono::duration_cast<Clock::duration>(at)});
    }
  }
  while (!idle_.empty() && !(again_.empty() && waiting_.empty())) {
    auto* connection = idle_.back();
    idle_.pop_back();
    give_work(*connection);
  }
}

std::chrono::nanoseconds LoadGenerator::wait_time(Clock::time_point time) const {
  std::chrono::nanoseconds wait = reconnect_pause;
  if (options_.rate > 0 && time < end_) {
    const std::chrono::duration<double> at(static_cast<double>(next_ + 1) / options_.rate);
    wait = std::min<std::chrono::nanoseconds>(
        wait, start_ + std::chrono::duration_cast<Clock::duration>(at) - time);
  }
  return std::max<std::chrono::nanoseconds>(wait, 0ns);
}

void LoadGenerator::show_progress(Clock::time_point time) {
  if (time < next_progress_)
    return;
  next_progress_ += 1s;
  if (options_.progress)
    fmt::print(stderr, "{:3.0f} s  {} acknowledged  p99 {} us\n",
               std::chrono::duration<double>(time - start_).count(), result_.acknowledged_in_all,
               result_.latency.quantile(0.99));
}

} // namespace tidemark::bench
