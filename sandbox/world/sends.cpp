#include "sandbox/world/sends.hpp"

#include "sandbox/world/times.hpp"

namespace tidemark::sandbox {
namespace {
constexpr std::size_t sends_max = 1'000'000; // as the journal: a benchmark may run for hours
}

void Sends::add(Send send, Timestamp at) {
  entries_.push_back({++count_, unix_micros(at), std::move(send)});
  if (entries_.size() > sends_max)
    entries_.pop_front();
}

Json Sends::dump(std::uint64_t after, std::size_t limit) const {
  Json list = Json::array();
  for (const auto& [number, at, send] : entries_) {
    if (number <= after)
      continue;
    if (list.size() == limit)
      break;
    list.push_back({{"number", number},
                    {"at", at},
                    {"system", send.system},
                    {"direction", send.inbound ? "inbound" : "outbound"},
                    {"channel", send.channel},
                    {send.inbound ? "from" : "to", send.person},
                    {"text", send.text},
                    {"blocked", send.blocked},
                    {"stop", send.stop}});
  }
  return list;
}

} // namespace tidemark::sandbox
