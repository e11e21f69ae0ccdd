#include "gateway/server/connection.hpp"

#include <boost/asio/write.hpp>

#include <algorithm>

namespace tidemark::gateway {
namespace {

// Growth of a body with a stated length: what was promised is not yet there.
constexpr std::size_t body_step = 64 * 1024;

// Whoever has just connected is about to ask, also while we drain.
constexpr std::chrono::milliseconds first_request_patience{500};

// 1 to 128 printable ASCII characters without spaces (docs/api.md).
bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= 128
         && std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

} // namespace

Connection::Connection(StreamSocket socket, const Peer& peer, Worker& worker)
    : socket_(std::move(socket)), peer_(peer), worker_(worker),
      buffer_(std::make_unique<std::array<char, buffer_bytes>>()) {
  worker_.enter(*this);
}

Connection::~Connection() {
  auto& shared = worker_.shared();
  worker_.leave(*this);
  shared.counters.connection_closed();
  const std::lock_guard lock(shared.peers_guard);
  if (peer_.local_user)
    --shared.local_connections;
  else if (const auto at = shared.peers.find(peer_.address);
           at != shared.peers.end() && --at->second == 0)
    shared.peers.erase(at);
}

void Connection::enter(Phase phase, std::chrono::milliseconds patience) {
  phase_ = phase;
  phase_began_ = std::chrono::steady_clock::now();
  deadline_ = phase_began_ + patience;
}

void Connection::start() {
  boost::system::error_code ignored; // slower is still a connection; a Unix socket has no delay
  socket_.set_option(tcp::no_delay(true), ignored);
  enter(Phase::idle, worker_.shared().options.limits.idle);
  read_head();
}

void Connection::abort() {
  phase_ = Phase::closed;
  boost::system::error_code ignored; // nothing is left to be told
  socket_.close(ignored);
}

void Connection::begin_drain() {
  last_ = true;
  if (phase_ == Phase::idle && !has_asked_)
    deadline_ = std::min(deadline_, std::chrono::steady_clock::now() + first_request_patience);
  else if (phase_ == Phase::idle || phase_ == Phase::lingering)
    abort();
}

void Connection::check_deadline(SteadyTime now) {
  const auto& limits = worker_.shared().options.limits;
  if (phase_ == Phase::body && now - phase_began_ > limits.body_grace) {
    const auto seconds = std::chrono::duration<double>(now - phase_began_).count();
    const auto due = seconds * static_cast<double>(limits.body_rate_min);
    if (static_cast<double>(body_received_) < due)
      deadline_ = now;
  }
  if (now < deadline_)
    return;
  if (phase_ == Phase::head)
    refuse(Refusal::header_timeout);
  else if (phase_ == Phase::body)
    refuse(Refusal::body_timeout);
  else if (phase_ != Phase::working && phase_ != Phase::closed)
    abort();
}

// ---- head

void Connection::read_head() {
  socket_.async_read_some(asio::buffer(buffer_->data() + filled_, buffer_bytes - filled_),
                          [self = shared_from_this()](const auto& failed, std::size_t count) {
                            if (self->phase_ != Phase::idle && self->phase_ != Phase::head)
                              return;
                            if (failed)
                              return self->abort();
                            self->on_head_bytes(count);
                          });
}

void Connection::on_head_bytes(std::size_t count) {
  const auto& limits = worker_.shared().options.limits;
  has_asked_ = true;
  if (phase_ == Phase::idle)
    enter(Phase::head, limits.header);
  filled_ += count;
  const auto found = find_head_end(buffered(), scanned_);
  scanned_ = filled_;
  const auto head_bytes = found.end > 0 ? found.end : filled_;
  if (found.refusal != Refusal::none)
    return refuse(found.refusal);
  if (head_bytes > std::min(limits.header_bytes_max, buffer_bytes - 1024))
    return refuse(Refusal::header_too_large);
  if (found.end == 0)
    return read_head();
  on_head(found.end);
}

void Connection::on_head(std::size_t end) {
  body_at_ = end;
  head_at_ = std::chrono::steady_clock::now();
  const auto refusal = check_head(buffered().substr(0, end), head_);
  if (refusal != Refusal::none)
    return refuse(refusal);
  const auto given_id = head_.get("x-request-id");
  if (is_request_id(given_id) && head_.count("x-request-id") == 1)
    request_id_ = given_id;
  else
    request_id_ = worker_.make_request_id();
  target_ = parse_target(head_.target);
  if (!target_)
    return refuse(Refusal::bad_target);
  route_ = find_route(*target_, head_.method);
  last_ = last_ || !head_.keep_alive;
  if (const auto broken = check_body_rules(); broken != Refusal::none)
    return refuse(broken);
  const auto& limits = worker_.shared().options.limits;
  enter(Phase::body, limits.body);
  body_.clear();
  body_received_ = filled_ - body_at_;
  body_wanted_ = head_.content_length.value_or(0);
  if (head_.chunked)
    chunks_ = ChunkReader(limits.body_bytes_max);
  if (head_.expects_continue && !head_.http_1_0 && filled_ == body_at_)
    send_continue();
  take_buffered_body();
}

Refusal Connection::check_body_rules() const {
  const auto length = head_.content_length.value_or(0);
  if (length > worker_.shared().options.limits.body_bytes_max)
    return Refusal::body_too_large;
  // A body where none means anything is how a request is hidden in another.
  const bool bodiless = head_.method == "GET" || head_.method == "HEAD" || head_.method == "TRACE";
  return bodiless && (head_.chunked || length > 0) ? Refusal::body_not_expected : Refusal::none;
}

void Connection::send_continue() {
  static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
  boost::system::error_code ignored; // 25 bytes into an empty buffer; a client may also not wait
  socket_.non_blocking(true, ignored);
  socket_.write_some(asio::buffer(text), ignored);
}

// ---- body

void Connection::take_buffered_body() {
  auto bytes = buffered().substr(body_at_);
  if (head_.chunked) {
    const auto refusal = chunks_.feed(bytes, body_);
    if (refusal != Refusal::none)
      return refuse(refusal);
    if (chunks_.done())
      return bytes.empty() ? on_body() : refuse(Refusal::pipelined);
    filled_ = body_at_;
    return read_body();
  }
  body_.reserve(std::min(body_wanted_, body_step));
  body_.append(bytes.substr(0, body_wanted_));
  if (bytes.size() > body_wanted_)
    return refuse(Refusal::pipelined);
  return body_.size() == body_wanted_ ? on_body() : read_body();
}

void Connection::read_body() {
  const auto on_bytes = [self = shared_from_this()](const auto& failed, std::size_t count) {
    if (self->phase_ != Phase::body)
      return;
    if (failed)
      return self->abort();
    self->on_body_bytes(count);
  };
  if (head_.chunked) {
    socket_.async_read_some(asio::buffer(buffer_->data() + body_at_, buffer_bytes - body_at_),
                            on_bytes);
    return;
  }
  const auto have = body_.size();
  body_.resize(have + std::min(body_wanted_ - have, body_step));
  socket_.async_read_some(asio::buffer(body_.data() + have, body_.size() - have),
                          [on_bytes, have, this](const auto& failed, std::size_t count) {
                            body_.resize(have + count);
                            on_bytes(failed, count);
                          });
}

void Connection::on_body_bytes(std::size_t count) {
  body_received_ += count;
  if (head_.chunked) {
    filled_ = body_at_ + count;
    return take_buffered_body();
  }
  return body_.size() == body_wanted_ ? on_body() : read_body();
}

void Connection::on_body() {
  auto& shared = worker_.shared();
  shared.counters.bytes(body_at_ + body_.size(), 0);
  enter(Phase::working, std::chrono::hours(24)); // the log has no time-out; see check_deadline
  if (shared.options.answer_without_work) {
    Answer empty;
    empty.body = R"({"status":"accepted","position":0})";
    return send(empty);
  }
  if (route_ && route_->is_webhook() && head_.method == "POST")
    return answer_webhook();
  ask_api();
}

// ---- answers

void Connection::answer_webhook() {
  auto& shared = worker_.shared();
  auto prepared = shared.webhooks.prepare(head_, *target_, std::move(body_), request_id_,
                                          [this] { return client(); });
  if (const auto* refusal = std::get_if<Answer>(&prepared))
    return send(*refusal);
  auto& ready = std::get<ReadyAppend>(prepared);
  ticket_ = ready.ticket;
  worker_.submit(std::move(ready.append), shared_from_this());
}

void Connection::settle(const storage::AppendOutcome& outcome) {
  if (phase_ != Phase::working)
    return; // closed at the end of a drain
  const auto answer = worker_.shared().webhooks.conclude(ticket_, outcome, request_id_);
  if (constexpr std::uint16_t refusals = 300; answer.status < refusals)
    worker_.shared().counters.acknowledged(ticket_.source, since_head());
  send(answer);
}

std::chrono::microseconds Connection::since_head() const {
  using std::chrono::microseconds;
  return head_at_ == SteadyTime{} ? microseconds{0}
                                  : std::chrono::duration_cast<microseconds>(
                                      std::chrono::steady_clock::now() - head_at_);
}

/// The address that asks, behind proxies that are trusted.
std::string Connection::client() const {
  std::string forwarded;
  for (std::size_t i = 0; i < head_.field_count; ++i)
    if (same_name(head_.fields[i].name, "x-forwarded-for")) {
      forwarded += forwarded.empty() ? "" : ",";
      forwarded += head_.fields[i].value;
    }
  return worker_.shared().proxies.client(peer_.address, forwarded).to_string();
}

void Connection::ask_api() {
  ApiRequest request{
      std::string(head_.method), *target_,    route_,          lower_case_headers(head_), client(),
      std::move(body_),          request_id_, peer_.local_user};
  worker_.ask_api(std::move(request), shared_from_this());
}

void Connection::refuse(Refusal refusal) {
  auto& shared = worker_.shared();
  shared.counters.refused(refusal);
  if (request_id_.empty())
    request_id_ = worker_.make_request_id();
  route_ = nullptr;
  auto answer = problem_answer({status_of(refusal), name_of(refusal),
                                "the request was refused before it was read whole; send plain "
                                "HTTP/1.1 within the documented limits"},
                               request_id_, shared.ports.clock.now());
  answer.close = true;
  send(answer);
}

void Connection::send(const Answer& answer) {
  if (phase_ == Phase::closed)
    return;
  auto& shared = worker_.shared();
  last_ = last_ || answer.close || shared.draining.load(std::memory_order_relaxed);
  shared.counters.request(route_, answer.status);
  if (shared.ports.requests)
    shared.ports.requests->answered({request_id_, route_ ? route_->method : std::string_view(),
                                     route_ ? route_->path : std::string_view(), answer.status,
                                     since_head()});
  out_.clear();
  append_answer(out_, answer, {request_id_, worker_.date(), !last_, head_.method == "HEAD"});
  shared.counters.bytes(0, out_.size());
  enter(Phase::writing, shared.options.limits.write);
  asio::async_write(socket_, asio::buffer(out_),
                    [self = shared_from_this()](const auto& failed, std::size_t) {
                      if (self->phase_ == Phase::writing)
                        self->on_written(static_cast<bool>(failed));
                    });
}

void Connection::on_written(bool failed) {
  if (failed)
    return abort();
  if (last_) {
    boost::system::error_code ignored; // the peer may be gone already
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    enter(Phase::lingering, worker_.shared().options.limits.linger);
    return linger();
  }
  filled_ = scanned_ = 0;
  request_id_.clear();
  head_.method = {};
  head_at_ = {};
  enter(Phase::idle, worker_.shared().options.limits.idle);
  read_head();
}

// Closing with unread bytes would reset the connection and take our answer with it.
void Connection::linger() {
  socket_.async_read_some(asio::buffer(*buffer_),
                          [self = shared_from_this()](const auto& failed, std::size_t) {
                            if (self->phase_ != Phase::lingering)
                              return;
                            if (failed)
                              return self->abort();
                            self->linger();
                          });
}

} // namespace tidemark::gateway
