#pragma once
#include "base/bytes.hpp"
#include "base/unix_socket.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// How tools ask the running service over `<data>/log.sock`: one question, one answer, each as
/// u32 length and bytes. Numbers are big-endian, texts u32 length and bytes. They
/// only read here; what the service shall do is asked over HTTP (`gateway/server/`).
///
///   question := u8 ask · its arguments        answer := u8 0 · result  |  u8 1 · code · text
namespace tidemark::storage::wire {

enum class Request : std::uint8_t {
  state = 1,         ///< -> u64 durable · 32 bytes head · u32 epoch
  read = 2,          ///< u64 after · u64 limit -> u64 last · records as texts (bounded bytes)
  tagged = 3,        ///< tenant · u8 kind · 16 bytes · u64 after · u64 limit -> u64 each
  newest_tagged = 4, ///< tenant · u8 kind · 16 bytes -> u64
  version_of = 5,    ///< tenant · stream -> u32
  get = 6,           ///< table · key -> nothing, or the value as a text
  scan = 7,       ///< table · prefix · after · u32 bytes -> u8 complete · (key · value) each
  checkpoint = 8, ///< table -> u64
};

inline constexpr std::size_t question_bytes_max = 64 * 1024;
inline constexpr std::size_t answer_bytes_aim = 1024 * 1024;      ///< a range is cut near this
inline constexpr std::size_t answer_bytes_max = 64 * 1024 * 1024; ///< one record always fits
inline constexpr std::size_t positions_max = 65'536;              ///< in one answer

inline constexpr std::string_view socket_name = "log.sock";

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

/// Sends `message` with its length. False when the peer is gone or does not read in time.
bool send_message(const UnixSocket& socket, std::string_view message);
/// Receives one message of at most `bytes_max`; false when the peer is gone or breaks the form.
bool receive_message(const UnixSocket& socket, std::string& message, std::size_t bytes_max);

} // namespace tidemark::storage::wire
