#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "gateway/credentials/rate_state.hpp"

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::gateway {

/// Whose requests are counted together.
struct Counted {
  std::string_view by; ///< user, token, tenant or address
  std::string id;
  TenantId tenant; ///< "" of an address, and of a token of the installation
  auto operator<=>(const Counted&) const = default;
};

/// Requests of the API by the minute of the clock: what is over does not move the next minute's
/// begin. Bounded in number (threat 14).
class RequestWindows {
public:
  static constexpr std::chrono::seconds window{60};
  static constexpr std::size_t minutes_kept = 15, counted_max = 10'000;
  struct Minute {
    Timestamp at; ///< its begin
    std::uint64_t requests = 0, refused = 0;
  };

  /// Another request of theirs.
  RateState take(const Counted& whose, std::uint32_t limit, Timestamp now);
  /// Where they stand, without another.
  RateState state(const Counted& whose, std::uint32_t limit, Timestamp now) const;
  const std::map<Counted, std::deque<Minute>>& minutes() const { return minutes_; }

private:
  void make_room(Timestamp begin);

  std::map<Counted, std::deque<Minute>> minutes_; ///< the newest last
};

} // namespace tidemark::gateway
