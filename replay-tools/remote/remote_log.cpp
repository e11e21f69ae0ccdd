#include "replay-tools/remote/remote_log.hpp"

#include "base/bytes.hpp"
#include "replay-tools/remote/service_http.hpp"
#include "storage/stored_event.hpp"

#include <algorithm>

namespace tidemark::tools {
namespace {

constexpr std::size_t positions_per_question = 65'536; // the service gives as many at most
constexpr std::size_t scan_bytes_max = 1024 * 1024;

Error read_only() {
  return {"read_only", "tools only read while the service runs: stop it first"};
}

void put(std::string& out, std::uint64_t number) {
  append_u64(out, number);
}
void put(std::string& out, std::string_view text) {
  append_text(out, text);
}
void put(std::string& out, const events::Tag& tag) {
  out.push_back(static_cast<char>(tag.kind));
  out += as_view(tag.hash);
}

/// Asks the routes of `gateway/events/stored.cpp`.
class Questions {
public:
  explicit Questions(const std::string& data_dir) : connection_(data_dir) {}

  template <class... Arguments>
  Result<std::string> ask(std::string_view what, const Arguments&... arguments) {
    std::string body;
    (put(body, arguments), ...);
    return connection_.ask({"", "POST", "/api/v1/stored/" + std::string(what), std::move(body)});
  }
  template <class... Arguments>
  Result<Position> position(std::string_view what, const Arguments&... arguments) {
    TRY(answer, ask(what, arguments...));
    if (answer.size() != sizeof(std::uint64_t))
      return not_understood();
    return Position{read_u64(answer)};
  }

private:
  ServiceConnection connection_;
};

class RemoteLog final : public storage::LogStore {
public:
  explicit RemoteLog(Questions& service) : service_(service) {}

  Status refresh() {
    TRY(answer, service_.ask("state"));
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

  void submit(storage::Append, storage::CompletionSink& sink, std::uint64_t token) override {
    storage::Settled refused{token, storage::NotTaken{"read_only"}};
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
                        const storage::RecordVisitor& visit) const override {
    auto last = after;
    const auto end = durable();
    while (limit > 0 && last < end) {
      TRY(answer, service_.ask("records", last.value,
                               std::min<std::uint64_t>(limit, end.value - last.value)));
      if (answer.empty()) // the log is there up to `end`
        return not_understood();
      for (ByteReader in{answer}; !in.rest.empty();) {
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

  Result<std::optional<events::StoredEvent>> at(Position position) const override {
    std::optional<events::StoredEvent> found;
    const auto take = [&](std::string_view record) -> Result<bool> {
      TRY(event, storage::stored_event(record));
      found = std::move(event);
      return false;
    };
    if (position != Position{}) {
      TRYV(storage::read_each(*this, Position{position.value - 1}, 1, take));
    }
    return found;
  }

  Result<std::vector<Position>> tagged(const TenantId& tenant, const events::Tag& tag,
                                       Position after, std::size_t limit) const override {
    std::vector<Position> found;
    for (bool more = true; more && found.size() < limit;) {
      const auto asked = std::min(limit - found.size(), positions_per_question);
      TRY(answer, service_.ask("tagged", tenant.value, tag, after.value, std::uint64_t{asked}));
      for (ByteReader in{answer}; !in.rest.empty();) {
        found.push_back(after = Position{in.u64()});
        if (!in.ok)
          return not_understood();
      }
      more = answer.size() == asked * sizeof(std::uint64_t);
    }
    return found;
  }

  Result<Position> newest_tagged(const TenantId& tenant, const events::Tag& tag) const override {
    return service_.position("newest_tagged", tenant.value, tag);
  }

  Result<StreamVersion> version_of(const TenantId& tenant,
                                   const StreamName& stream) const override {
    TRY(newest, newest_tagged(tenant, storage::stream_tag(stream)));
    TRY(event, at(newest));
    return event ? event->envelope.version : StreamVersion{};
  }

  /// Nobody calls back through the socket; whoever follows asks `refresh`.
  std::shared_ptr<void> subscribe(std::function<void(Position)>) override { return nullptr; }

private:
  Questions& service_;
  mutable std::mutex guard_;
  Position durable_;
  Digest head_{};
  Epoch epoch_;
};

class RemoteTables final : public storage::TableStore {
public:
  explicit RemoteTables(Questions& service) : service_(service) {}

  Result<std::optional<std::string>> get(std::string_view table,
                                         std::string_view key) const override {
    std::optional<std::string> found;
    TRYV(scan(table, key, "", [&](std::string_view first, std::string_view value) {
      if (first == key)
        found = value;
      return false;
    }));
    return found;
  }

  Status scan(std::string_view table, std::string_view prefix, std::string_view after,
              const std::function<bool(std::string_view, std::string_view)>& row) const override {
    std::string from(after);
    // Many readers want the first row only, so the first answers are short.
    std::size_t bytes = 2 * 1024;
    for (bool complete = false; !complete; bytes = std::min(bytes * 4, scan_bytes_max)) {
      TRY(answer,
          service_.ask("rows", table, prefix, std::string_view(from), std::uint64_t{bytes}));
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

  Status apply(std::string_view, std::vector<storage::Mutation>, Position) override {
    return read_only();
  }
  Status clear(std::string_view) override { return read_only(); }

  Result<Position> checkpoint(std::string_view table) const override {
    return service_.position("checkpoint", table);
  }

private:
  Questions& service_;
};

class Remote final : public RemoteReader {
public:
  explicit Remote(const std::string& data_dir)
      : service_(data_dir), log_(service_), tables_(service_) {}
  storage::LogStore& log() override { return log_; }
  storage::TableStore& tables() override { return tables_; }
  Status refresh() override { return log_.refresh(); }

private:
  Questions service_;
  RemoteLog log_;
  RemoteTables tables_;
};

} // namespace

Result<std::unique_ptr<RemoteReader>> connect_to_service(const std::string& data_dir) {
  auto remote = std::make_unique<Remote>(data_dir);
  TRYV(remote->refresh());
  return std::unique_ptr<RemoteReader>(std::move(remote));
}

} // namespace tidemark::tools
