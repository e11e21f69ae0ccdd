#include "storage/log_store.hpp"

#include "base/crypto.hpp"

#include <algorithm>
#include <future>

namespace tidemark::storage {
namespace {

class WaitingSink final : public CompletionSink {
public:
  void settled(std::span<Settled> group) override { answer.set_value(std::move(group[0].outcome)); }
  std::promise<AppendOutcome> answer;
};

/// `token` is the place of the append.
class GatheringSink final : public CompletionSink {
public:
  explicit GatheringSink(std::size_t count) : outcomes(count), left_(count) {}
  void settled(std::span<Settled> group) override {
    for (auto& one : group)
      outcomes[one.token] = std::move(one.outcome);
    left_ -= group.size(); // on the writer's thread only
    if (left_ == 0)
      all.set_value();
  }
  std::vector<AppendOutcome> outcomes;
  std::promise<void> all;

private:
  std::size_t left_;
};

} // namespace

events::Tag stream_tag(const StreamName& stream) {
  // Stream names hold no personal data, so a plain hash is enough.
  const auto digest = sha256(stream.value);
  events::Tag tag{events::TagKind::stream, {}};
  std::copy_n(digest.begin(), tag.hash.size(), tag.hash.begin());
  return tag;
}

void append_unheard(LogStore& log, Append append) {
  class NobodyHears final : public CompletionSink {
  public:
    void settled(std::span<Settled>) override {}
  };
  static NobodyHears nobody;
  log.submit(std::move(append), nobody, 0);
}

AppendOutcome append_and_wait(LogStore& log, Append append) {
  WaitingSink sink;
  auto answer = sink.answer.get_future();
  log.submit(std::move(append), sink, 0);
  return answer.get();
}

std::vector<AppendOutcome> append_all_and_wait(LogStore& log, std::vector<Append> appends) {
  GatheringSink sink(appends.size());
  auto all = sink.all.get_future();
  for (std::size_t i = 0; i < appends.size(); ++i)
    log.submit(std::move(appends[i]), sink, i);
  all.get();
  return std::move(sink.outcomes);
}

} // namespace tidemark::storage
