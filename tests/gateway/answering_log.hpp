#pragma once
#include "storage/log_store.hpp"

namespace tidemark::gateway::test {

/// A log that gives every append the same answer, as one whose disk is full.
class AnsweringLog final : public storage::LogStore {
public:
  explicit AnsweringLog(storage::AppendOutcome answer) : answer_(std::move(answer)) {}
  void submit(storage::Append, storage::CompletionSink& sink, std::uint64_t token) override {
    storage::Settled settled{token, answer_};
    sink.settled({&settled, 1});
  }
  Position durable() const override { return {}; }
  Digest head() const override { return {}; }
  Epoch epoch() const override { return {}; }
  Result<Position> read(Position after, std::size_t, const storage::RecordVisitor&) const override {
    return after;
  }
  Result<std::optional<events::StoredEvent>> at(Position) const override {
    return std::optional<events::StoredEvent>{};
  }
  Result<std::vector<Position>> tagged(const TenantId&, const events::Tag&, Position,
                                       std::size_t) const override {
    return std::vector<Position>{};
  }
  Result<Position> newest_tagged(const TenantId&, const events::Tag&) const override {
    return Position{};
  }
  Result<StreamVersion> version_of(const TenantId&, const StreamName&) const override {
    return StreamVersion{};
  }
  std::shared_ptr<void> subscribe(std::function<void(Position)>) override { return nullptr; }

private:
  storage::AppendOutcome answer_;
};

} // namespace tidemark::gateway::test
