#pragma once
#include "base/time.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace tidemark::app {

/// What took longer than a second, by kind: a line of the service's log, at most one a minute for
/// each kind and subject, and a count. For several threads.
class SlowOperations {
public:
  enum class Kind : std::uint8_t { request, vendor, look };
  static constexpr std::chrono::milliseconds limit{1'000};

  struct Operation {
    Kind kind = Kind::request;
    std::string subject; ///< a method and route, a connector and operation, or what was looked at
    std::chrono::milliseconds took{0};
    std::string id{};    ///< of the request or delivery
    std::string route{}; ///< of a request
  };
  /// What did not take so long is left out.
  void note(const Operation& operation, Timestamp now);
  /// `tidemark_slow_operations_total`
  std::string metrics() const;

private:
  struct Last {
    Timestamp at;
    std::uint64_t left_out = 0; ///< since
  };
  mutable std::mutex guard_;
  std::map<Kind, std::uint64_t> counts_;
  std::map<std::pair<Kind, std::string>, Last> last_;
};

} // namespace tidemark::app
