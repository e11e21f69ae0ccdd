#pragma once
#include "bench/histogram.hpp"
#include "bench/load_bodies.hpp"

#include <netinet/in.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tidemark::bench {

struct LoadOptions {
  sockaddr_in address{};
  std::size_t connections = 64;
  double seconds = 10;
  double warmup_seconds = 0; ///< at the start, not measured
  double rate = 0;           ///< requests a second, open loop; 0: each connection as fast as it can
  bool resend = true;   ///< what was lost, or answered 429 or 5xx, is sent again, as vendors do
  bool progress = true; ///< a line a second on stderr
  std::FILE* ledger = nullptr; ///< a line for each 2xx: position, SHA-256 of the body, webhook id
};

struct LoadResult {
  std::uint64_t acknowledged = 0; ///< 2xx within the measured time
  std::uint64_t acknowledged_in_all = 0;
  std::uint64_t duplicates = 0; ///< 2xx whose body says so
  std::uint64_t lost = 0;       ///< connections that broke with a request under way
  std::uint64_t connect_failures = 0;
  std::uint64_t unanswered = 0;              ///< still under way at the end
  bool exhausted = false;                    ///< the signed bodies ran out before the time
  double seconds = 0;                        ///< measured
  std::map<unsigned, std::uint64_t> refused; ///< other answers, by status
  std::vector<std::uint64_t> by_second;
  Histogram latency; ///< from when it was due (open loop) or sent, to the whole answer
};

/// Sends the bodies over keep-alive connections, one request at a time on each; one thread, epoll.
class LoadGenerator {
public:
  LoadGenerator(const LoadBodies& bodies, LoadOptions options);
  ~LoadGenerator();
  LoadGenerator(const LoadGenerator&) = delete;
  LoadGenerator& operator=(const LoadGenerator&) = delete;
  LoadResult run();

private:
  using Clock = std::chrono::steady_clock;
  struct Due {
    std::uint64_t index = 0;
    Clock::time_point since;
  };
  struct Connection;

  void open(Connection& connection);
  void lose(Connection& connection);
  void reopen_closed(Clock::time_point time);
  void on_event(Connection& connection, std::uint32_t events);
  void give_work(Connection& connection);
  bool take_work(Due& due);
  void send(Connection& connection);
  void want_write(Connection& connection, bool wanted);
  void receive(Connection& connection);
  void answered(Connection& connection, unsigned status, std::string_view body);
  void acknowledge(Connection& connection, std::string_view body, Clock::time_point time);
  void dispatch_due(Clock::time_point time);
  std::chrono::nanoseconds wait_time(Clock::time_point time) const;
  void show_progress(Clock::time_point time);
  bool finished(Clock::time_point time) const;

  const LoadBodies& bodies_;
  LoadOptions options_;
  LoadResult result_;
  int epoll_ = -1;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> idle_;
  std::deque<Due> again_;   // to be sent once more
  std::deque<Due> waiting_; // open loop: due, and no connection was free
  std::uint64_t next_ = 0;
  std::size_t under_way_ = 0;
  Clock::time_point start_;
  Clock::time_point measured_from_;
  Clock::time_point end_;
  Clock::time_point next_progress_;
};

} // namespace tidemark::bench
