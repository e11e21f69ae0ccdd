#pragma once
#include "events/reveal.hpp"
#include "storage/log_store.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace tidemark::gateway {

/// Who was shown whose personal data by the API: counted, and recorded behind the answers, what one
/// caller read within ten minutes as one event. A crash loses the newest. For several threads;
/// knows no log: who asks appends.
class ReadTally {
public:
  static constexpr std::chrono::minutes gathered{10};
  static constexpr std::size_t subjects_max = 1'000; ///< of a caller; more are counted together

  /// `subject`: the contact or event that was asked for by its id; "" for a list.
  void note(const TenantId& tenant, const std::string& by, std::string_view route,
            std::string_view subject, Timestamp now);
  /// What is to be recorded by now; `all`: whatever has not been, as at the end of the service.
  std::vector<storage::Append> due(Timestamp now, bool all = false);

private:
  struct Caller {
    TenantId tenant;
    std::string by;
    auto operator<=>(const Caller&) const = default;
  };
  struct Reads {
    std::map<std::pair<std::string, std::string>, std::uint64_t> times; ///< by route and subject
    Timestamp from, until;
  };
  static storage::Append append_for(const Caller& caller, const Reads& reads);

  std::mutex guard_;
  std::map<Caller, Reads> callers_;
};

} // namespace tidemark::gateway
