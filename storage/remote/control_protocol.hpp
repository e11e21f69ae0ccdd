#pragma once
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// How tools ask the running service over `<data>/control.sock`: one question, one answer, each as
/// u32 length and bytes. Numbers are big-endian, texts u32 length and bytes. Tools
/// only read; what the service shall do for them is asked for by a question of its own.
///
///   question := u8 ask · its arguments        answer := u8 0 · result  |  u8 1 · code · text
namespace tidemark::storage::control {

enum class Ask : std::uint8_t {
  state = 1,         ///< -> u64 durable · 32 bytes head · u32 epoch
  read = 2,          ///< u64 after · u64 limit -> u64 last · records as texts (bounded bytes)
  tagged = 3,        ///< tenant · u8 kind · 16 bytes · u64 after · u64 limit -> u64 each
  newest_tagged = 4, ///< tenant · u8 kind · 16 bytes -> u64
  version_of = 5,    ///< tenant · stream -> u32
  get = 6,           ///< table · key -> nothing, or the value as a text
  scan = 7,       ///< table · prefix · after · u32 bytes -> u8 complete · (key · value) each
  checkpoint = 8, ///< table -> u64
  backfill = 9, ///< tenant · connector · u8 reconcile · u8 dry run · by -> u64 position of the run
  status = 10,  ///< tenant -> JSON as a text
  connect = 11, ///< tenant · connector · code -> text for people
  api = 12,     ///< tenant · method · target · body · by -> u32 HTTP status · JSON as a text
};

/// What `Ask::backfill` asks for.
struct BackfillQuestion {
  std::string tenant;
  std::string connector;
  bool reconcile = false;
  bool dry_run = false;
  std::string by; ///< who asks, as the log shall name them
};

/// What `Ask::connect` asks for: an account is connected by an authorisation code.
struct ConnectQuestion {
  std::string tenant;
  std::string connector;
  std::string code; ///< "": only say where to get one
};

/// What `Ask::api` asks for: a request as over HTTP, below `/api/v1`.
struct ApiQuestion {
  std::string tenant;
  std::string method;
  std::string target; ///< path and query
  std::string body;
  std::string by; ///< who asks, as the log shall name them
};
struct ApiAnswer {
  std::uint32_t status = 0; ///< of HTTP
  std::string body;         ///< JSON
};

inline constexpr std::size_t question_bytes_max = 64 * 1024;
inline constexpr std::size_t answer_bytes_aim = 1024 * 1024;      ///< a range is cut near this
inline constexpr std::size_t answer_bytes_max = 64 * 1024 * 1024; ///< one record always fits
inline constexpr std::size_t positions_max = 65'536;              ///< in one answer

inline constexpr std::string_view socket_name = "control.sock";

inline void append_text(std::string& out, std::string_view text) {
  append_u32(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

/// Takes a message apart; once it ran out, everything it gives is empty and `ok` is false.
struct Reader {
  std::string_view rest;
  bool ok = true;

  std::string_view bytes(std::size_t count) {
    if (!ok || rest.size() < count) {
      ok = false;
      return {};
    }
    const auto out = rest.substr(0, count);
    rest.remove_prefix(count);
    return out;
  }
  std::uint8_t u8() {
    const auto b = bytes(1);
    return ok ? static_cast<std::uint8_t>(b[0]) : std::uint8_t{0};
  }
  std::uint32_t u32() {
    const auto b = bytes(4);
    return ok ? read_u32(b) : 0U;
  }
  std::uint64_t u64() {
    const auto b = bytes(8);
    return ok ? read_u64(b) : 0U;
  }
  std::string_view text() { return bytes(u32()); }
};

/// A Unix stream socket, closed on destruction; -1 when there is none.
class Socket {
public:
  explicit Socket(int descriptor = -1) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(other.release()) {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket() { close(); }
  int get() const { return descriptor_; }
  bool open() const { return descriptor_ >= 0; }
  int release();
  void close();

private:
  int descriptor_;
};

/// A path for the socket that fits into a socket address however long the folder's is; it is valid
/// while `folder` is open.
Result<std::string> socket_path(const std::string& data_dir, Socket& folder);

/// Sends `message` with its length. False when the peer is gone or does not read in time.
bool send_message(int socket, std::string_view message);
/// Receives one message of at most `bytes_max`; false when the peer is gone or breaks the form.
bool receive_message(int socket, std::string& message, std::size_t bytes_max);

} // namespace tidemark::storage::control
