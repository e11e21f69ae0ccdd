#include "sandbox/world/journal.hpp"

namespace tidemark::sandbox {
namespace {
constexpr std::size_t entries_max = 1'000'000; // older ones leave: a benchmark may run for hours
}

void Journal::add(Received entry) {
  entry.number = ++count_;
  ++outcomes_[entry.outcome];
  entries_.push_back(std::move(entry));
  if (entries_.size() > entries_max)
    entries_.pop_front();
}

Json Journal::dump(std::uint64_t after, std::size_t limit) const {
  Json list = Json::array();
  for (const auto& e : entries_) {
    if (e.number <= after)
      continue;
    if (list.size() == limit)
      break;
    list.push_back({{"number", e.number},
                    {"at", e.at},
                    {"method", e.method},
                    {"path", e.path},
                    {"key", e.key},
                    {"contact", e.contact},
                    {"outcome", e.outcome},
                    {"fault", e.fault},
                    {"status", e.status},
                    {"body_sha256", e.body_sha256}});
  }
  return list;
}

void Journal::clear() {
  entries_.clear();
  outcomes_.clear();
  count_ = 0;
}

} // namespace tidemark::sandbox
