#include "storage/remote/control_server.hpp"

#include "storage/remote/control_protocol.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

namespace tidemark::storage {
namespace {

using control::Ask;
using control::Reader;
using control::Socket;

std::string failure(const Error& error) {
  std::string out(1, '\1');
  control::append_text(out, error.code);
  control::append_text(out, error.text);
  return out;
}

/// Answers one question; no state of its own.
class Answerer {
public:
  Answerer(const LogStore& log, const TableStore& tables, ServiceDesks desks)
      : log_(log), tables_(tables), desks_(std::move(desks)) {}

  std::string answer(std::string_view question) const {
    Reader in{question};
    const auto ask = static_cast<Ask>(in.u8());
    std::string out(1, '\0');
    const auto status = dispatch(ask, in, out);
    return status ? out : failure(status.error());
  }

private:
  static Error malformed() {
    return {"bad_question",
            "the service did not understand the question: use tools of its version"};
  }

  Status dispatch(Ask ask, Reader& in, std::string& out) const {
    switch (ask) {
    case Ask::state:
      return state(out);
    case Ask::read:
      return read(in, out);
    case Ask::tagged:
    case Ask::newest_tagged:
      return tagged(ask, in, out);
    case Ask::version_of:
      return version_of(in, out);
    case Ask::get:
      return get(in, out);
    case Ask::scan:
      return scan(in, out);
    case Ask::checkpoint:
      return checkpoint(in, out);
    case Ask::backfill:
      return backfill(in, out);
    case Ask::status:
      return status(in, out);
    case Ask::connect:
      return connect(in, out);
    case Ask::api:
      return api(in, out);
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

  Status read(Reader& in, std::string& out) const {
    const Position after{in.u64()};
    const auto limit = static_cast<std::size_t>(in.u64());
    if (!in.ok)
      return malformed();
    append_u64(out, 0); // the last position, filled in below
    const auto last = log_.read(after, limit, [&](std::string_view record) {
      control::append_text(out, record);
      return out.size() < control::answer_bytes_aim;
    });
    if (!last)
      return last.error();
    std::string number;
    append_u64(number, last->value);
    std::copy(number.begin(), number.end(), out.begin() + 1);
    return Done{};
  }

  Status tagged(Ask ask, Reader& in, std::string& out) const {
    const TenantId tenant{std::string(in.text())};
    events::Tag tag;
    tag.kind = static_cast<events::TagKind>(in.u8());
    const auto hash = in.bytes(tag.hash.size());
    std::copy(hash.begin(), hash.end(), tag.hash.begin());
    if (ask == Ask::newest_tagged) {
      const auto newest = in.ok ? log_.newest_tagged(tenant, tag) : malformed();
      if (!newest)
        return newest.error();
      append_u64(out, newest->value);
      return Done{};
    }
    const Position after{in.u64()};
    const auto limit = std::min<std::uint64_t>(in.u64(), control::positions_max);
    const auto found = in.ok ? log_.tagged(tenant, tag, after, limit) : malformed();
    if (!found)
      return found.error();
    for (const auto position : *found)
      append_u64(out, position.value);
    return Done{};
  }

  Status version_of(Reader& in, std::string& out) const {
    const TenantId tenant{std::string(in.text())};
    const StreamName stream{std::string(in.text())};
    const auto version = in.ok ? log_.version_of(tenant, stream) : malformed();
    if (!version)
      return version.error();
    append_u32(out, version->value);
    return Done{};
  }

  Status get(Reader& in, std::string& out) const {
    const auto table = in.text();
    const auto key = in.text();
    const auto row = in.ok ? tables_.get(table, key) : malformed();
    if (!row)
      return row.error();
    if (row.value())
      control::append_text(out, *row.value());
    return Done{};
  }

  Status scan(Reader& in, std::string& out) const {
    const auto table = in.text();
    const auto prefix = in.text();
    const auto after = in.text();
    const auto bytes = std::min<std::size_t>(in.u32(), control::answer_bytes_aim);
    if (!in.ok)
      return malformed();
    out.push_back('\1'); // complete, unless the answer is cut
    return tables_.scan(table, prefix, after, [&](std::string_view key, std::string_view value) {
      if (out.size() > 2 && out.size() >= bytes) {
        out[1] = '\0';
        return false;
      }
      control::append_text(out, key);
      control::append_text(out, value);
      return true;
    });
  }

  Status checkpoint(Reader& in, std::string& out) const {
    const auto table = in.text();
    const auto position = in.ok ? tables_.checkpoint(table) : malformed();
    if (!position)
      return position.error();
    append_u64(out, position->value);
    return Done{};
  }

  Status backfill(Reader& in, std::string& out) const {
    control::BackfillQuestion question;
    question.tenant = in.text();
    question.connector = in.text();
    question.reconcile = in.u8() != 0;
    question.dry_run = in.u8() != 0;
    question.by = in.text();
    if (!in.ok || !desks_.backfills)
      return malformed();
    const auto run = desks_.backfills(question);
    if (!run)
      return run.error();
    append_u64(out, run->value);
    return Done{};
  }

  Status status(Reader& in, std::string& out) const {
    const std::string tenant(in.text());
    if (!in.ok || !desks_.status)
      return malformed();
    const auto text = desks_.status(tenant);
    if (!text)
      return text.error();
    control::append_text(out, *text);
    return Done{};
  }

  Status connect(Reader& in, std::string& out) const {
    control::ConnectQuestion question;
    question.tenant = in.text();
    question.connector = in.text();
    question.code = in.text();
    if (!in.ok || !desks_.connect)
      return malformed();
    const auto text = desks_.connect(question);
    if (!text)
      return text.error();
    control::append_text(out, *text);
    return Done{};
  }

  Status api(Reader& in, std::string& out) const {
    control::ApiQuestion question;
    question.tenant = in.text();
    question.method = in.text();
    question.target = in.text();
    question.body = in.text();
    question.by = in.text();
    if (!in.ok || !desks_.api)
      return malformed();
    const auto answer = desks_.api(question);
    if (!answer)
      return answer.error();
    append_u32(out, answer->status);
    control::append_text(out, answer->body);
    return Done{};
  }

  const LogStore& log_;
  const TableStore& tables_;
  ServiceDesks desks_;
};

/// One tool: what it sent so far.
struct Peer {
  Socket socket;
  std::string received;
};

Error socket_error(std::string_view what) {
  return {"control_socket", std::string(what)
                                + " the control socket failed: " + std::strerror(errno)
                                + "; check that the data folder belongs to this user"};
}

} // namespace

struct ControlServer::State {
  State(std::string dir, const LogStore& log, const TableStore& tables, std::size_t peers,
        ServiceDesks desks)
      : data_dir(std::move(dir)), answerer(log, tables, std::move(desks)), connections_max(peers) {}

  void run() {
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
    Socket peer(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
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
      if (count > control::question_bytes_max)
        return false;
      if (peer.received.size() < 4 + count)
        break;
      const auto answer = answerer.answer(std::string_view(peer.received).substr(4, count));
      if (!control::send_message(peer.socket.get(), answer))
        return false;
      peer.received.erase(0, 4 + count);
    }
    return true;
  }

  std::string data_dir;
  Answerer answerer;
  std::size_t connections_max;
  Socket wake; ///< readable when it shall end
  Socket listener;
  std::vector<Peer> connected;
  std::thread thread;
};

ControlServer::ControlServer(std::unique_ptr<State> state) : state_(std::move(state)) {
  state_->thread = std::thread([s = state_.get()] { s->run(); });
}

Result<std::unique_ptr<ControlServer>>
ControlServer::start(const std::string& data_dir, const LogStore& log, const TableStore& tables,
                     std::size_t connections_max, ServiceDesks desks) {
  auto state = std::make_unique<State>(data_dir, log, tables, connections_max, std::move(desks));
  Socket folder;
  const auto path = control::socket_path(data_dir, folder);
  if (!path)
    return path.error();
  state->wake = Socket(::eventfd(0, EFD_CLOEXEC));
  state->listener = Socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!state->wake.open() || !state->listener.open())
    return socket_error("making");
  ::unlink(path->c_str()); // left by a process that died
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(path->begin(), path->end(), address.sun_path);
  // Restricted before it has a name, so that nobody else can open it in between.
  if (::fchmod(state->listener.get(), S_IRUSR | S_IWUSR) != 0
      || ::bind(state->listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address)
             != 0
      || ::chmod(path->c_str(), S_IRUSR | S_IWUSR) != 0 || ::listen(state->listener.get(), 16) != 0)
    return socket_error("opening");
  return std::unique_ptr<ControlServer>(new ControlServer(std::move(state)));
}

ControlServer::~ControlServer() {
  const std::uint64_t one = 1;
  // The thread sees the descriptor readable; an eventfd with room cannot refuse eight bytes.
  [[maybe_unused]] const auto written = ::write(state_->wake.get(), &one, sizeof one);
  state_->thread.join();
  Socket folder;
  if (const auto path = control::socket_path(state_->data_dir, folder); path)
    ::unlink(path->c_str());
}

} // namespace tidemark::storage
