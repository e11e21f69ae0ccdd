#include "gateway/credentials/read_tally.hpp"

#include "events/format/tags.hpp"

namespace tidemark::gateway {

void ReadTally::note(const TenantId& tenant, const std::string& by, std::string_view route,
                     std::string_view subject, Timestamp now) {
  const std::lock_guard lock(guard_);
  auto& reads = callers_[{tenant, by}];
  if (reads.times.empty())
    reads.from = now;
  reads.until = now;
  const bool room = reads.times.size() < subjects_max;
  ++reads.times[{std::string(route), room ? std::string(subject) : std::string()}];
}

std::vector<storage::Append> ReadTally::due(Timestamp now, bool all) {
  const std::lock_guard lock(guard_);
  std::vector<storage::Append> out;
  std::erase_if(callers_, [&](const auto& each) {
    const bool over = all || now - each.second.from >= gathered;
    if (over)
      out.push_back(append_for(each.first, each.second));
    return over;
  });
  return out;
}

storage::Append ReadTally::append_for(const Caller& caller, const Reads& reads) {
  events::PeopleRead read;
  read.by = caller.by;
  read.from = reads.from;
  read.until = reads.until;
  for (const auto& [what, times] : reads.times)
    read.reads.push_back({what.first, what.second, times});
  storage::Append out;
  out.tenant = caller.tenant;
  out.events.push_back({events::admin_stream(), std::move(read), {}, {}});
  return out;
}

} // namespace tidemark::gateway
