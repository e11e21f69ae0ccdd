#include "storage/remote/remote_log.hpp"

#include "storage/stored_event.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <mutex>

namespace tidemark::storage {
namespace {

using wire::Request;

Error unreachable() {
  return {"service_unreachable", "the service at this data folder does not answer: check that "
                                 "tidemarkd runs and that you are its user"};
}
Error not_understood() {
  return {"service_unreachable",
          "the service's answer cannot be read: use tools of the service's version"};
}
Error read_only() {
  return {"read_only", "tools only read while the service runs: stop it first"};
}

/// One connection; questions take turns.
class Line {
public:
  explicit Line(UnixSocket socket) : socket_(std::move(socket)) {}

  Result<std::string> ask(std::string_view question) {
    const std::lock_guard turn(guard_);
    std::string answer;
    if (!socket_.open() || !wire::send_message(socket_, question)
        || !wire::receive_message(socket_, answer, wire::answer_bytes_max)) {
      socket_.close(); // half an answer may be left on it
      return unreachable();
    }
    ByteReader in{answer};
    if (in.u8() == 0 && in.ok)
      return answer.substr(1);
    Error error;
    error.code = in.text();
    error.text = in.text();
    return in.ok ? error : not_understood();
  }

  /// What `read` takes from the answer.
  template <class Read>
  auto ask(std::string_view question, Read read)
      -> Result<decltype(read(std::declval<ByteReader&>()))> {
    TRY(answer, ask(question));
    ByteReader in{answer};
    auto out = read(in);
    if (!in.ok)
      return not_understood();
    return out;
  }

private:
  std::mutex guard_;
  UnixSocket socket_;
};

Position position_in(ByteReader& in) {
  return Position{in.u64()};
}

std::string question(Request ask) {
  return std::string(1, static_cast<char>(ask));
}

std::string tag_question(Request ask, const TenantId& tenant, const events::Tag& tag) {
  auto out = question(ask);
  append_text(out, tenant.value);
  out.push_back(static_cast<char>(tag.kind));
  out += as_view(tag.hash);
  return out;
}

class RemoteLog final : public LogStore {
public:
  explicit RemoteLog(Line& line) : line_(line) {}

  Status refresh() {
    TRY(answer, line_.ask(question(Request::state)));
    ByteReader in{answer};
    const Position durable{in.u64()};
    const auto head = in.take(sizeof(Digest));
    const Epoch epoch{in.u32()};
    if (!in.ok)
      return not_understood();
    const std::lock_guard lock(guard_);
    durable_ = durable;
    std::ranges::copy(head, head_.begin());
    epoch_ = epoch;
    return Done{};
  }

  void submit(Append, CompletionSink& sink, std::uint64_t token) override {
    Settled refused{token, NotTaken{"read_only"}};
    sink.settled({&refused, 1});
  }
  Position durable() const override {
    const std::lock_guard lock(guard_);
    return durable_;
  }
  Digest head() const override {
    const std::lock_guard lock(guard_);
    return head_;
  }
  Epoch epoch() const override {
    const std::lock_guard lock(guard_);
    return epoch_;
  }

  Result<Position> read(Position after, std::size_t limit,
                        const RecordVisitor& visit) const override {
    auto last = after;
    const auto end = durable();
    while (limit > 0 && last < end) {
      auto q = question(Request::read);
      append_u64(q, last.value);
      append_u64(q, std::min<std::uint64_t>(limit, end.value - last.value));
      TRY(answer, line_.ask(q));
      ByteReader in{answer};
      in.u64();
      while (!in.rest.empty()) {
        const auto record = in.text();
        if (!in.ok)
          return not_understood();
        ++last.value; // positions are dense
        --limit;
        if (!visit(record))
          return last;
      }
    }
    return last;
  }

  /// Also behind `durable`: tags and tables name what was stored since.
  Result<std::optional<events::StoredEvent>> at(Position position) const override {
    std::optional<events::StoredEvent> found;
    if (position == Position{})
      return found;
    auto q = question(Request::read);
    append_u64(q, position.value - 1);
    append_u64(q, 1);
    TRY(answer, line_.ask(q));
    ByteReader in{answer};
    in.u64();
    if (in.rest.empty())
      return found;
    const auto record = in.text();
    if (!in.ok)
      return not_understood();
    TRY(event, stored_event(record));
    found = std::move(event);
    return found;
  }

  Result<std::vector<Position>> tagged(const TenantId& tenant, const events::Tag& tag,
                                       Position after, std::size_t limit) const override {
    std::vector<Position> found;
    for (bool more = true; more && found.size() < limit;) {
      const auto asked = std::min(limit - found.size(), wire::positions_max);
      auto q = tag_question(Request::tagged, tenant, tag);
      append_u64(q, after.value);
      append_u64(q, asked);
      TRY(answer, line_.ask(q));
      ByteReader in{answer};
      const auto before = found.size();
      while (!in.rest.empty() && in.ok)
        found.push_back(Position{in.u64()});
      if (!in.ok)
        return not_understood();
      more = found.size() - before == asked;
      if (more)
        after = found.back();
    }
    return found;
  }

  Result<Position> newest_tagged(const TenantId& tenant, const events::Tag& tag) const override {
    return line_.ask(tag_question(Request::newest_tagged, tenant, tag), position_in);
  }

  Result<StreamVersion> version_of(const TenantId& tenant,
                                   const StreamName& stream) const override {
    auto q = question(Request::version_of);
    append_text(q, tenant.value);
    append_text(q, stream.value);
    return line_.ask(q, [](ByteReader& in) { return StreamVersion{in.u32()}; });
  }

  /// Nobody calls back through the socket; whoever follows asks `refresh`.
  std::shared_ptr<void> subscribe(std::function<void(Position)>) override { return nullptr; }

private:
  Line& line_;
  mutable std::mutex guard_;
  Position durable_;
  Digest head_{};
  Epoch epoch_;
};

class RemoteTables final : public TableStore {
public:
  explicit RemoteTables(Line& line) : line_(line) {}

  Result<std::optional<std::string>> get(std::string_view table,
                                         std::string_view key) const override {
    auto q = question(Request::get);
    append_text(q, table);
    append_text(q, key);
    return line_.ask(q, [](ByteReader& in) {
      return in.rest.empty() ? std::nullopt : std::optional<std::string>(in.text());
    });
  }

  Status scan(std::string_view table, std::string_view prefix, std::string_view after,
              const std::function<bool(std::string_view, std::string_view)>& row) const override {
    std::string from(after);
    // Many readers want the first row only, so the first answers are short.
    std::size_t bytes = 2 * 1024;
    for (bool complete = false; !complete; bytes = std::min(bytes * 4, wire::answer_bytes_aim)) {
      auto q = question(Request::scan);
      append_text(q, table);
      append_text(q, prefix);
      append_text(q, from);
      append_u32(q, static_cast<std::uint32_t>(bytes));
      TRY(answer, line_.ask(q));
      ByteReader in{answer};
      complete = in.u8() == 1;
      while (!in.rest.empty()) {
        const auto key = in.text();
        const auto value = in.text();
        if (!in.ok)
          return not_understood();
        from = key;
        if (!row(key, value))
          return Done{};
      }
    }
    return Done{};
  }

  Status apply(std::string_view, std::vector<Mutation>, Position) override { return read_only(); }
  Status clear(std::string_view) override { return read_only(); }

  Result<Position> checkpoint(std::string_view table) const override {
    auto q = question(Request::checkpoint);
    append_text(q, table);
    return line_.ask(q, position_in);
  }

private:
  Line& line_;
};

class Remote final : public RemoteReader {
public:
  explicit Remote(UnixSocket socket) : line_(std::move(socket)), log_(line_), tables_(line_) {}
  LogStore& log() override { return log_; }
  TableStore& tables() override { return tables_; }
  Status refresh() override { return log_.refresh(); }
  Result<SecretText> pepper() override {
    return line_.ask(question(Request::pepper),
                     [](ByteReader& in) { return SecretText(std::string(in.text())); });
  }

private:
  Line line_;
  RemoteLog log_;
  RemoteTables tables_;
};

} // namespace

Result<std::unique_ptr<RemoteReader>> connect_to_service(const std::string& data_dir) {
  auto socket = connect_in(data_dir, wire::socket_name);
  if (!socket.open())
    return unreachable();
  const timeval patience{60, 0}; // a service that is stuck must not hold a tool for ever
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  auto remote = std::make_unique<Remote>(std::move(socket));
  TRYV(remote->refresh());
  return std::unique_ptr<RemoteReader>(std::move(remote));
}

} // namespace tidemark::storage
