#pragma once
#include "gateway/http/chunked.hpp"
#include "gateway/server/server.hpp"

#include <array>

namespace tidemark::gateway {

/// One client: reads a request behind the framing gate, has it answered, writes the answer, reads
/// the next. One request at a time. Everything happens on the worker's thread.
class Connection : public std::enable_shared_from_this<Connection> {
public:
  Connection(StreamSocket socket, const Peer& peer, Worker& worker);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();
  /// The log has spoken about this connection's webhook.
  void settle(const storage::AppendOutcome& outcome);
  void send(const Answer& answer);
  /// Ends what took too long.
  void check_deadline(SteadyTime now);
  /// No further request; a connection without one ends at once, a new one after a moment.
  void begin_drain();
  /// Closes without an answer.
  void abort();

  std::size_t place = 0; ///< in the worker's list

private:
  enum class Phase : std::uint8_t { idle, head, body, working, writing, lingering, closed };
  static constexpr std::size_t buffer_bytes = 16 * 1024;

  void enter(Phase phase, std::chrono::milliseconds patience);
  void read_head();
  void on_head_bytes(std::size_t count);
  void on_head(std::size_t end);
  void read_body();
  void on_body_bytes(std::size_t count);
  void take_buffered_body();
  void on_body();
  void answer_webhook();
  void ask_api();
  std::string client() const;
  /// Since the head was whole; 0 before.
  std::chrono::microseconds since_head() const;
  void refuse(Refusal refusal);
  void on_written(bool failed);
  void linger();
  void send_continue();
  Refusal check_body_rules() const;
  std::string_view buffered() const { return {buffer_->data(), filled_}; }

  StreamSocket socket_;
  Peer peer_;
  Worker& worker_;
  Phase phase_ = Phase::idle;
  SteadyTime phase_began_{};
  SteadyTime head_at_{}; ///< when the request's head was whole
  SteadyTime deadline_ = SteadyTime::max();
  std::unique_ptr<std::array<char, buffer_bytes>> buffer_;
  std::size_t filled_ = 0;
  std::size_t scanned_ = 0;
  std::size_t body_at_ = 0; ///< where the bytes behind the head begin
  RequestHead head_;        ///< views into the buffer
  std::optional<Target> target_;
  const Route* route_ = nullptr;
  std::string body_;
  std::size_t body_wanted_ = 0;
  std::size_t body_received_ = 0; ///< `body_` may be longer: room for the read under way
  ChunkReader chunks_{0};
  std::string request_id_;
  std::string out_;
  Ticket ticket_;
  bool last_ = false;      ///< closes after the answer
  bool has_asked_ = false; ///< a first byte came
};

} // namespace tidemark::gateway
