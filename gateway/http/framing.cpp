#include "gateway/http/framing.hpp"

#include "base/text/whole_number.hpp"

namespace tidemark::gateway {
namespace {

// RFC 9110 5.6.2
constexpr auto token_chars = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_token(std::string_view text) {
  for (const char c : text)
    if (!token_chars[static_cast<unsigned char>(c)])
      return false;
  return !text.empty();
}

// Does not stop at the first, so that the compiler compares many bytes at once.
bool has_control_character(std::string_view line) {
  bool found = false;
  for (const char c : line)
    found |= (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  return found;
}

// Origin form only: absolute form, authority form and `*` let two readers see two hosts or paths.
bool is_origin_form(std::string_view target) {
  if (target.empty() || target.front() != '/')
    return false;
  for (const char c : target)
    if (c <= 0x20 || c >= 0x7F || c == '#' || c == '\\')
      return false; // signed char: bytes from 0x80 on are below 0x20
  return true;
}

Refusal read_request_line(std::string_view line, RequestHead& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last)
    return Refusal::bad_request_line;
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  const auto version = line.substr(last + 1);
  if (!is_token(head.method) || head.method.size() > 16 || head.method == "CONNECT")
    return Refusal::bad_request_line;
  if (!is_origin_form(head.target))
    return Refusal::bad_target;
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return Refusal::bad_version;
  head.http_1_0 = version == "HTTP/1.0";
  head.keep_alive = !head.http_1_0;
  return Refusal::none;
}

// Names the fields that decide the framing, as they are met.
struct Seen {
  int hosts = 0;
  int lengths = 0;
  int transfer_encodings = 0;
};

bool is_host(std::string_view value) {
  for (const char c : value) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                      || std::string_view("-._~:[]").find(c) != std::string_view::npos;
    if (!fine)
      return false;
  }
  return !value.empty();
}

// `Connection: Content-Length` makes a proxy drop what we would go by, so only the usual words.
Refusal read_connection(std::string_view value, RequestHead& head) {
  while (true) {
    const auto comma = value.find(',');
    const auto word = trimmed(value.substr(0, comma));
    if (same_name(word, "close"))
      head.keep_alive = false;
    else if (same_name(word, "upgrade"))
      return Refusal::upgrade;
    else if (!same_name(word, "keep-alive") && !same_name(word, "te"))
      return Refusal::bad_connection;
    if (comma == std::string_view::npos)
      return Refusal::none;
    value.remove_prefix(comma + 1);
  }
}

Refusal read_length(std::string_view value, RequestHead& head) {
  if (value.empty() || value.size() > 15)
    return Refusal::bad_length;
  const auto length = whole_number<std::uint64_t>(value);
  if (!length)
    return value.find(',') == std::string_view::npos ? Refusal::bad_length
                                                     : Refusal::repeated_length;
  head.content_length = *length;
  return Refusal::none;
}

Refusal note_field(const HeaderField& field, RequestHead& head, Seen& seen) {
  const auto name = field.name;
  switch (name.size()) { // most names end here
  case 4:
    if (same_name(name, "host"))
      return ++seen.hosts > 1 || !is_host(field.value) ? Refusal::bad_host : Refusal::none;
    break;
  case 6:
    if (same_name(name, "expect")) {
      head.expects_continue = same_name(field.value, "100-continue");
      return head.expects_continue ? Refusal::none : Refusal::bad_expect;
    }
    break;
  case 7:
    if (same_name(name, "upgrade"))
      return Refusal::upgrade;
    if (same_name(name, "trailer"))
      return Refusal::trailers;
    break;
  case 10:
    if (same_name(name, "connection"))
      return read_connection(field.value, head);
    break;
  case 14:
    if (same_name(name, "content-length"))
      return ++seen.lengths > 1 ? Refusal::repeated_length : read_length(field.value, head);
    break;
  case 17:
    if (same_name(name, "transfer-encoding")) {
      head.chunked = same_name(field.value, "chunked");
      return ++seen.transfer_encodings > 1 || !head.chunked ? Refusal::bad_transfer_encoding
                                                            : Refusal::none;
    }
    break;
  default:
    break;
  }
  return Refusal::none;
}

Refusal read_field(std::string_view line, RequestHead& head, Seen& seen) {
  if (line.front() == ' ' || line.front() == '\t')
    return Refusal::obs_fold;
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    return Refusal::bad_field; // also white space before the colon
  if (head.field_count == header_fields_max)
    return Refusal::too_many_fields;
  auto& field = head.fields[head.field_count++];
  field = {line.substr(0, colon), trimmed(line.substr(colon + 1))};
  return note_field(field, head, seen);
}

Refusal judge(const RequestHead& head, const Seen& seen) {
  if (seen.hosts != 1)
    return Refusal::bad_host;
  if (seen.transfer_encodings > 0 && seen.lengths > 0)
    return Refusal::transfer_encoding_with_length;
  if (seen.transfer_encodings > 0 && head.http_1_0)
    return Refusal::transfer_encoding_on_http_1_0;
  return Refusal::none;
}

} // namespace

std::uint16_t status_of(Refusal refusal) {
  switch (refusal) {
  case Refusal::header_too_large:
    return 431;
  case Refusal::body_too_large:
    return 413;
  case Refusal::bad_expect:
    return 417;
  case Refusal::header_timeout:
  case Refusal::body_timeout:
    return 408;
  default:
    return 400;
  }
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t'))
    text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t'))
    text.remove_suffix(1);
  return text;
}

bool same_name(std::string_view name, std::string_view lower_case_name) {
  if (name.size() != lower_case_name.size())
    return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c) != lower_case_name[i])
      return false;
  }
  return true;
}

std::string_view RequestHead::get(std::string_view lower_case_name) const {
  for (std::size_t i = 0; i < field_count; ++i)
    if (same_name(fields[i].name, lower_case_name))
      return fields[i].value;
  return {};
}

std::size_t RequestHead::count(std::string_view lower_case_name) const {
  std::size_t found = 0;
  for (std::size_t i = 0; i < field_count; ++i)
    found += same_name(fields[i].name, lower_case_name) ? 1 : 0;
  return found;
}

HeadEnd find_head_end(std::string_view bytes, std::size_t from) {
  // A line feed may have come apart from its carriage return, so look one line end back.
  std::size_t at = from > 3 ? from - 3 : 0;
  while (true) {
    const auto feed = bytes.find('\n', at);
    const auto line = bytes.substr(at, feed - at); // all that is left when there is no line feed
    const bool plain = line.find('\r') >= line.size() - 1; // no carriage return before it
    if (feed == std::string_view::npos)
      return {0, plain ? Refusal::none : Refusal::bare_cr_or_lf};
    if (feed == 0 || bytes[feed - 1] != '\r' || !plain)
      return {0, Refusal::bare_cr_or_lf};
    if (bytes.substr(feed + 1).starts_with("\r\n"))
      return {feed + 3, Refusal::none};
    at = feed + 1;
  }
}

Refusal check_head(std::string_view bytes, RequestHead& head) {
  head.field_count = 0;
  head.content_length.reset();
  head.chunked = head.expects_continue = false;
  Seen seen;
  bool first = true;
  while (true) {
    const auto end = bytes.find("\r\n");
    if (end == std::string_view::npos)
      return Refusal::bare_cr_or_lf;
    const auto line = bytes.substr(0, end);
    bytes.remove_prefix(end + 2);
    if (has_control_character(line))
      return line.find_first_of("\r\n") == std::string_view::npos ? Refusal::control_character
                                                                  : Refusal::bare_cr_or_lf;
    if (line.empty())
      return first           ? Refusal::bad_request_line
             : bytes.empty() ? judge(head, seen)
                             : Refusal::bad_field;
    const auto refusal = first ? read_request_line(line, head) : read_field(line, head, seen);
    if (refusal != Refusal::none)
      return refusal;
    first = false;
  }
}

} // namespace tidemark::gateway
