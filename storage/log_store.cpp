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

} // namespace

events::Tag stream_tag(const StreamName& stream) {
  // Stream names hold no personal data, so a plain hash is enough.
  const auto digest = sha256(stream.value);
  events::Tag tag{events::TagKind::stream, {}};
  std::copy_n(digest.begin(), tag.hash.size(), tag.hash.begin());
  return tag;
}

AppendOutcome append_and_wait(LogStore& log, Append append) {
  WaitingSink sink;
  auto answer = sink.answer.get_future();
  log.submit(std::move(append), sink, 0);
  return answer.get();
}

} // namespace tidemark::storage
