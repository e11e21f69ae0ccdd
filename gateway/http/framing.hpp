#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

/// The framing gate: where does one request end and the next begin? Two programs that answer
/// differently let a stranger slip a request past the first (threat 6), so
/// everything that is not plain is refused. Pure functions over bytes, to be fuzzed.
namespace tidemark::gateway {

/// Why a request is refused before its body is read. The names are metric labels.
enum class Refusal : std::uint8_t {
  none,
  bare_cr_or_lf,
  control_character,
  bad_request_line,
  bad_version,
  bad_target,
  bad_field,
  obs_fold,
  too_many_fields,
  header_too_large,
  bad_host,
  bad_transfer_encoding,
  transfer_encoding_with_length,
  transfer_encoding_on_http_1_0,
  repeated_length,
  bad_length,
  bad_connection,
  upgrade,
  trailers,
  bad_expect,
  pipelined,
  bad_chunk,
  chunk_extension_too_long,
  body_too_large,
  body_not_expected,
  header_timeout,
  body_timeout,
};
inline constexpr std::array<std::string_view, 27> refusal_names{"none",
                                                                "bare_cr_or_lf",
                                                                "control_character",
                                                                "bad_request_line",
                                                                "bad_version",
                                                                "bad_target",
                                                                "bad_field",
                                                                "obs_fold",
                                                                "too_many_fields",
                                                                "header_too_large",
                                                                "bad_host",
                                                                "bad_transfer_encoding",
                                                                "transfer_encoding_with_length",
                                                                "transfer_encoding_on_http_1_0",
                                                                "repeated_length",
                                                                "bad_length",
                                                                "bad_connection",
                                                                "upgrade",
                                                                "trailers",
                                                                "bad_expect",
                                                                "pipelined",
                                                                "bad_chunk",
                                                                "chunk_extension_too_long",
                                                                "body_too_large",
                                                                "body_not_expected",
                                                                "header_timeout",
                                                                "body_timeout"};
constexpr std::string_view name_of(Refusal refusal) {
  return refusal_names[static_cast<std::size_t>(refusal)];
}
/// The status that tells it: 400, and 408, 413, 417 or 431 where they say more.
std::uint16_t status_of(Refusal refusal);

inline constexpr std::size_t header_fields_max = 64;
inline constexpr std::size_t chunk_extension_bytes_max = 256; ///< over the whole body

struct HeaderField {
  std::string_view name;  ///< as it came
  std::string_view value; ///< without white space around it
};

/// A request's line and fields. Views into the bytes that were checked.
struct RequestHead {
  std::string_view method;
  std::string_view target; ///< origin form: begins with '/'
  bool http_1_0 = false;
  bool keep_alive = true;
  bool chunked = false;
  bool expects_continue = false;
  std::optional<std::uint64_t> content_length;
  std::array<HeaderField, header_fields_max> fields;
  std::size_t field_count = 0;

  /// The value of the first field of that name (lower case), or "".
  std::string_view get(std::string_view lower_case_name) const;
  std::size_t count(std::string_view lower_case_name) const;
};

/// Where the head ends: the offset behind its blank line, 0 when more bytes are needed.
struct HeadEnd {
  std::size_t end = 0;
  Refusal refusal = Refusal::none;
};
/// Looks at bytes from `from` on (those before were looked at already). A lone CR or LF is refused
/// at once, so that nobody waits for a blank line that never comes.
HeadEnd find_head_end(std::string_view bytes, std::size_t from);

/// Checks a whole head, blank line included, and reads it into `head`.
Refusal check_head(std::string_view bytes, RequestHead& head);

/// Without spaces and tabs around it.
std::string_view trimmed(std::string_view text);
/// Is `name` (any case) equal to `lower_case_name`?
bool same_name(std::string_view name, std::string_view lower_case_name);

} // namespace tidemark::gateway
