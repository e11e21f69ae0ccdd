#pragma once
#include "tests/simulation/bugs/injected_bug.hpp"

#include <functional>
#include <map>
#include <utility>

/// Ports that pass everything on: a bug changes one function of one of them.
namespace tidemark::sim {

class LogPassedOn : public storage::LogStore {
public:
  LogPassedOn(storage::LogStore& log, const BugContext& context) : log_(log), context_(context) {}

  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    log_.submit(std::move(append), sink, token);
  }
  Position durable() const override { return log_.durable(); }
  Digest head() const override { return log_.head(); }
  Epoch epoch() const override { return log_.epoch(); }
  Result<Position> read(Position after, std::size_t limit,
                        const storage::RecordVisitor& visit) const override {
    return log_.read(after, limit, visit);
  }
  Result<std::optional<events::StoredEvent>> at(Position position) const override {
    return log_.at(position);
  }
  Result<std::vector<Position>> tagged(const TenantId& tenant, const events::Tag& tag,
                                       Position after, std::size_t limit) const override {
    return log_.tagged(tenant, tag, after, limit);
  }
  Result<Position> newest_tagged(const TenantId& tenant, const events::Tag& tag) const override {
    return log_.newest_tagged(tenant, tag);
  }
  Result<StreamVersion> version_of(const TenantId& tenant,
                                   const StreamName& stream) const override {
    return log_.version_of(tenant, stream);
  }
  std::shared_ptr<void> subscribe(std::function<void(Position)> advanced) override {
    return log_.subscribe(std::move(advanced));
  }

protected:
  const BugContext& context() const { return context_; }

private:
  storage::LogStore& log_;
  const BugContext context_;
};

/// A log that changes what it answers to some appends.
class LogWithOtherAnswers : public LogPassedOn, private storage::CompletionSink {
public:
  using LogPassedOn::LogPassedOn;
  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    if (!is_meant(append))
      return LogPassedOn::submit(std::move(append), sink, token);
    waiting_.emplace(++last_, std::pair{&sink, token});
    LogPassedOn::submit(std::move(append), *this, last_);
  }

protected:
  virtual bool is_meant(const storage::Append& append) const = 0;
  virtual storage::AppendOutcome instead_of(storage::AppendOutcome outcome) const = 0;

private:
  void settled(std::span<storage::Settled> group) override {
    for (auto& one : group) {
      const auto waiting = waiting_.extract(one.token);
      if (waiting.empty())
        continue;
      const auto [sink, token] = waiting.mapped();
      storage::Settled changed{token, instead_of(std::move(one.outcome))};
      sink->settled({&changed, 1});
    }
  }

  std::map<std::uint64_t, std::pair<storage::CompletionSink*, std::uint64_t>> waiting_;
  std::uint64_t last_ = 0;
};

class TablesPassedOn : public storage::TableStore {
public:
  TablesPassedOn(storage::TableStore& tables, const BugContext& context)
      : tables_(tables), context_(context) {}

  Result<std::optional<std::string>> get(std::string_view table,
                                         std::string_view key) const override {
    return tables_.get(table, key);
  }
  Status scan(std::string_view table, std::string_view prefix, std::string_view after,
              const std::function<bool(std::string_view, std::string_view)>& row) const override {
    return tables_.scan(table, prefix, after, row);
  }
  Status apply(std::string_view table, std::vector<storage::Mutation> rows,
               Position checkpoint) override {
    return tables_.apply(table, std::move(rows), checkpoint);
  }
  Result<Position> checkpoint(std::string_view table) const override {
    return tables_.checkpoint(table);
  }
  Status clear(std::string_view table) override { return tables_.clear(table); }

protected:
  const BugContext& context() const { return context_; }

private:
  storage::TableStore& tables_;
  const BugContext context_;
};

} // namespace tidemark::sim
