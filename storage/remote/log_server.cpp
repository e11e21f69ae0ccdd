#include "storage/remote/log_server.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>

namespace tidemark::storage {
namespace {

using wire::Request;

std::string failure(const Error& error) {
  std::string out(1, '\1');
  append_text(out, error.code);
  append_text(out, error.text);
  return out;
}

/// Answers one question; no state of its own.
class Answerer {
public:
  Answerer(const LogStore& log, const TableStore& tables, SecretText pepper)
      : log_(log), tables_(tables), pepper_(std::move(pepper)) {}

  std::string answer(std::string_view question) const {
    ByteReader in{question};
    const auto ask = static_cast<Request>(in.u8());
    std::string out(1, '\0');
    const auto status = dispatch(ask, in, out);
    return status ? out : failure(status.error());
  }

private:
  static Error malformed() {
    return {"bad_question",
            "the service did not understand the question: use tools of its version"};
  }

  Status dispatch(Request ask, ByteReader& in, std::string& out) const {
    switch (ask) {
    case Request::state:
      return state(out);
    case Request::read:
      return read(in, out);
    case Request::tagged:
    case Request::newest_tagged:
      return tagged(ask, in, out);
    case Request::version_of:
      return version_of(in, out);
    case Request::get:
      return get(in, out);
    case Request::scan:
      return scan(in, out);
    case Request::checkpoint:
      return checkpoint(in, out);
    case Request::pepper:
      append_text(out, pepper_.reveal());
      return Done{};
    }
    return malformed();
  }

  Status state(std::string& out) const {
    // The head belongs to the durable position only if that did not move meanwhile.
    for (int attempt = 0; attempt < 1000; ++attempt) {
      const auto before = log_.durable();
      const auto head = log_.head();
      if (log_.durable() != before)
        continue;
      append_u64(out, before.value);
      out += as_view(head);
      append_u32(out, log_.epoch().value);
      return Done{};
    }
    return Error{"busy", "the log moves too fast to be read: try again"};
  }

  Status read(ByteReader& in, std::string& out) const {
    const Position after{in.u64()};
    const auto limit = static_cast<std::size_t>(in.u64());
    if (!in.ok)
      return malformed();
    append_u64(out, 0); // the last position, filled in below
    const auto last = log_.read(after, limit, [&](std::string_view record) {
      append_text(out, record);
      return out.size() < wire::answer_bytes_aim;
    });
    if (!last)
      return last.error();
    std::string number;
    append_u64(number, last->value);
    std::ranges::copy(number, out.begin() + 1);
    return Done{};
  }

  Status tagged(Request ask, ByteReader& in, std::string& out) const {
    const TenantId tenant{std::string(in.text())};
    events::Tag tag;
    tag.kind = static_cast<events::TagKind>(in.u8());
    const auto hash = in.take(tag.hash.size());
    std::ranges::copy(hash, tag.hash.begin());
    if (ask == Request::newest_tagged) {
      TRY(newest, in.ok ? log_.newest_tagged(tenant, tag) : malformed());
      append_u64(out, newest.value);
      return Done{};
    }
    const Position after{in.u64()};
    const auto limit = std::min<std::uint64_t>(in.u64(), wire::positions_max);
    TRY(found, in.ok ? log_.tagged(tenant, tag, after, limit) : malformed());
    for (const auto position : found)
      append_u64(out, position.value);
    return Done{};
  }

  Status version_of(ByteReader& in, std::string& out) const {
    const TenantId tenant{std::string(in.text())};
    const StreamName stream{std::string(in.text())};
    TRY(version, in.ok ? log_.version_of(tenant, stream) : malformed());
    append_u32(out, version.value);
    return Done{};
  }

  Status get(ByteReader& in, std::string& out) const {
    const auto table = in.text();
    const auto key = in.text();
    TRY(row, in.ok ? tables_.get(table, key) : malformed());
    if (row)
      append_text(out, *row);
    return Done{};
  }

  Status scan(ByteReader& in, std::string& out) const {
    const auto table = in.text();
    const auto prefix = in.text();
    const auto after = in.text();
    const auto bytes = std::min<std::size_t>(in.u32(), wire::answer_bytes_aim);
    if (!in.ok)
      return malformed();
    out.push_back('\1'); // complete, unless the answer is cut
    return tables_.scan(table, prefix, after, [&](std::string_view key, std::string_view value) {
      if (out.size() > 2 && out.size() >= bytes) {
        out[1] = '\0';
        return false;
      }
      append_text(out, key);
      append_text(out, value);
      return true;
    });
  }

  Status checkpoint(ByteReader& in, std::string& out) const {
    const auto table = in.text();
    TRY(position, in.ok ? tables_.checkpoint(table) : malformed());
    append_u64(out, position.value);
    return Done{};
  }

  const LogStore& log_;
  const TableStore& tables_;
  const SecretText pepper_;
};

/// One tool: what it sent so far.
struct Peer {
  UnixSocket socket;
  std::string received;
};

} // namespace

struct LogServer::State {
  State(std::string dir, const LogStore& log, const TableStore& tables, std::size_t peers,
        SecretText pepper)
      : data_dir(std::move(dir)), answerer(log, tables, std::move(pepper)), connections_max(peers) {
  }

  void run() {
    pthread_setname_np(pthread_self(), "log-readers");
    while (!stopping()) {
      std::vector<pollfd> watched{{wake.get(), POLLIN, 0}, {listener.get(), POLLIN, 0}};
      for (const auto& peer : connected)
        watched.push_back({peer.socket.get(), POLLIN, 0});
      if (::poll(watched.data(), watched.size(), -1) < 0)
        continue; // interrupted
      for (std::size_t i = 0; i + 2 < watched.size(); ++i)
        if (watched[i + 2].revents != 0 && !serve(connected[i]))
          connected[i].socket.close();
      std::erase_if(connected, [](const Peer& peer) { return !peer.socket.open(); });
      if ((watched[1].revents & POLLIN) != 0)
        accept_one();
    }
  }

  bool stopping() const {
    pollfd watched{wake.get(), POLLIN, 0};
    return ::poll(&watched, 1, 0) > 0;
  }

  void accept_one() {
    UnixSocket peer(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!peer.open() || connected.size() >= connections_max)
      return;                     // too many tools: this one sees the end of the connection
    const timeval patience{5, 0}; // a tool that does not read must not hold up the others
    ::setsockopt(peer.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    connected.push_back({std::move(peer), {}});
  }

  /// False when the connection is over.
  bool serve(Peer& peer) {
    char buffer[16 * 1024];
    const auto got = ::recv(peer.socket.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0)
      return errno == EINTR || errno == EAGAIN;
    if (got == 0)
      return false;
    peer.received.append(buffer, static_cast<std::size_t>(got));
    while (peer.received.size() >= 4) {
      const std::size_t count = read_u32(peer.received);
      if (count > wire::question_bytes_max)
        return false;
      if (peer.received.size() < 4 + count)
        break;
      const auto answer = answerer.answer(std::string_view(peer.received).substr(4, count));
      if (!wire::send_message(peer.socket, answer))
        return false;
      peer.received.erase(0, 4 + count);
    }
    return true;
  }

  std::string data_dir;
  Answerer answerer;
  std::size_t connections_max;
  UnixSocket wake; ///< readable when it shall end
  UnixSocket listener;
  std::vector<Peer> connected;
  std::thread thread;
};

LogServer::LogServer(std::unique_ptr<State> state) : state_(std::move(state)) {
  state_->thread = std::thread([s = state_.get()] { s->run(); });
}

Result<std::unique_ptr<LogServer>> LogServer::start(const std::string& data_dir,
                                                    const LogStore& log, const TableStore& tables,
                                                    std::size_t connections_max,
                                                    SecretText pepper) {
  auto state = std::make_unique<State>(data_dir, log, tables, connections_max, std::move(pepper));
  TRY(listener, listen_in(data_dir, wire::socket_name));
  state->listener = std::move(listener);
  state->wake = UnixSocket(::eventfd(0, EFD_CLOEXEC));
  if (!state->wake.open())
    return Error{"control_socket", "the service has no descriptor left for its control socket"};
  return std::unique_ptr<LogServer>(new LogServer(std::move(state)));
}

LogServer::~LogServer() {
  const std::uint64_t one = 1;
  // The thread sees the descriptor readable; an eventfd with room cannot refuse eight bytes.
  [[maybe_unused]] const auto written = ::write(state_->wake.get(), &one, sizeof one);
  state_->thread.join();
  remove_socket(state_->data_dir, wire::socket_name);
}

} // namespace tidemark::storage
