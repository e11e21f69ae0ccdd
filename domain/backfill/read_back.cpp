#include "domain/backfill/read_back.hpp"

namespace tidemark::domain {
namespace {

/// How many of the times have come.
std::int64_t times_until(std::chrono::microseconds passed) {
  using namespace std::chrono_literals;
  if (passed < 5min)
    return 0;
  return 1 + (passed >= 1h ? 1 : 0) + passed / 24h;
}

} // namespace

bool is_read_back_due(Timestamp opted_out, Timestamp after, Timestamp until) {
  return times_until(until - opted_out) > times_until(after - opted_out);
}

} // namespace tidemark::domain
