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
  pepper = 9,     ///< -> the key of all keyed hashes as a text, which may be sealed on disk
};

inline constexpr std::size_t question_bytes_max = 64 * 1024;
inline constexpr std::size_t answer_bytes_aim = 1024 * 1024;      ///< a range is cut near this
inline constexpr std::size_t answer_bytes_max = 64 * 1024 * 1024; ///< one record always fits
inline constexpr std::size_t positions_max = 65'536;              ///< in one answer

inline constexpr std::string_view socket_name = "log.sock";

/// Sends `message` with its length. False when the peer is gone or does not read in time.
bool send_message(const UnixSocket& socket, std::string_view message);
/// Receives one message of at most `bytes_max`; false when the peer is gone or breaks the form.
bool receive_message(const UnixSocket& socket, std::string& message, std::size_t bytes_max);

} // namespace tidemark::storage::wire
