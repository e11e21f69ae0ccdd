#pragma once
#include <string>

/// What every command of `tidemark` shares.
namespace tidemark::tools {

/// Public exit codes (docs/operating.md).
namespace exit_code {
inline constexpr int done = 0;
inline constexpr int does_not_hold = 1;
inline constexpr int usage = 2;
inline constexpr int cannot_be_shown = 3;
inline constexpr int bad_configuration = 64;
inline constexpr int data_damaged = 65;
inline constexpr int unreachable = 69;
inline constexpr int storage = 74;
inline constexpr int busy = 75;
} // namespace exit_code

enum class Format { text, json, prometheus, nagios };

struct CommonOptions {
  std::string config = "tidemark.toml";
  std::string data; ///< wins over the configuration
  std::string tenant;
  std::string store_key; ///< file; "" for what the environment says
  Format format = Format::text;
};

/// Whether personal data may be shown, and why: the reason is asked for so that it is thought of.
/// Recorded is only that a body is shown while the service runs (`log show --with-bodies`).
struct RevealOptions {
  bool reveal = false;
  std::string reason;
};

} // namespace tidemark::tools
