#include "actors/http/http_transfer.hpp"

#include "actors/http/http_guard.hpp"
#include "base/bytes.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

namespace tidemark::actors {
namespace {

constexpr std::size_t header_bytes_max = 64 * 1024;
constexpr std::size_t header_value_bytes_max = 200;
constexpr std::size_t limit_headers_max = 16;
constexpr long connect_timeout_ms_max = 5'000;
/// A connection idle for longer is not used again: many servers close after five seconds, and a
/// request that meets the closing is one whose fate is unknown.
constexpr long idle_seconds_max = 4;
constexpr long slow_bytes_per_second = 64;
constexpr long slow_seconds = 15;

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

/// The value when `line` is that header; printable ASCII only, since it goes into the log.
std::string value_of(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':'
      || curl_strnequal(line.data(), name.data(), name.size()) == 0)
    return {};
  std::string value(trimmed(line.substr(name.size() + 1)).substr(0, header_value_bytes_max));
  std::replace_if(
      value.begin(), value.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return value;
}

/// One of the headers in which systems state their limits: `x-ratelimit-remaining: 99`.
std::optional<std::pair<std::string, std::string>> limit_in(std::string_view line) {
  std::string name(line.substr(0, std::min(line.find(':'), std::size_t{64})));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (name.find("ratelimit") == std::string::npos)
    return std::nullopt;
  auto value = value_of(line, name);
  return std::pair(std::move(name), std::move(value));
}

bool names_content_type(const connectors::HttpRequest& request) {
  return std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
    return curl_strequal(header.first.c_str(), "content-type") != 0;
  });
}

} // namespace

HttpPool PoolCounts::pool() const {
  const auto used = in_use.load(), all = requests.load(), open = sockets.load();
  const auto taken = used + connecting.load();
  return {used, all - std::min(all, used), open - std::min(open, taken)};
}

Transfer::Transfer(const HttpClientOptions& options, PoolCounts& counts)
    : options_(options), counts_(counts), handle_(curl_easy_init()) {
  if (handle_)
    set_constant_options();
}

Transfer::~Transfer() {
  curl_slist_free_all(headers_);
  curl_easy_cleanup(handle_);
}

/// Threats 9 to 11. What is not set on purpose: ACCEPT_ENCODING (this libcurl does not limit
/// what it decompresses), cookies, referer, any authentication of libcurl's own.
void Transfer::set_constant_options() {
  const auto set = [this](CURLoption option, auto value) {
    curl_easy_setopt(handle_, option, value);
  };
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options_.ca_file.empty())
    set(CURLOPT_CAINFO, options_.ca_file.c_str());
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  // One request at a time on a connection: a broken connection then says something about one
  // request, and connections_per_host limits requests too.
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_HTTP09_ALLOWED, 0L);
  set(CURLOPT_LOW_SPEED_LIMIT, slow_bytes_per_second);
  set(CURLOPT_LOW_SPEED_TIME, slow_seconds);
  set(CURLOPT_MAXAGE_CONN, idle_seconds_max);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_TCP_NODELAY, 1L);
  set(CURLOPT_USERAGENT, options_.user_agent.c_str());
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open_socket);
  set(CURLOPT_OPENSOCKETDATA, this);
  set(CURLOPT_CLOSESOCKETFUNCTION, &Transfer::on_close_socket);
  set(CURLOPT_CLOSESOCKETDATA, &counts_); // it may be closed when this is gone
  set(CURLOPT_PREREQFUNCTION, &Transfer::on_before_request);
  set(CURLOPT_PREREQDATA, this);
}

bool Transfer::begin(HttpCall call, std::function<void(HttpResult)> done,
                     std::chrono::steady_clock::time_point asked_at) {
  call_ = std::move(call);
  done_ = std::move(done);
  result_ = {};
  hash_.finish(); // begins anew
  asked_at_ = asked_at;
  header_bytes_ = 0;
  may_have_reached_ = refused_address_ = too_large_ = false;
  const bool plain = call_.request.url.starts_with("http://");
  // Not for a name: whoever answers for the name could send us to the own machine.
  allow_loopback_ = call_.allow_loopback_http && goes_to_literal_loopback(call_.request.url);
  if (!handle_)
    return false;
  const auto timeout = std::max<long>(1, static_cast<long>(call_.timeout.count()));
  curl_easy_setopt(handle_, CURLOPT_URL, call_.request.url.c_str());
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, timeout);
  curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS, std::min(timeout, connect_timeout_ms_max));
  return set_method() && set_headers();
}

bool Transfer::set_method() {
  const auto& request = call_.request;
  curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, nullptr);
  curl_easy_setopt(handle_, CURLOPT_HTTPGET, 1L);
  const bool has_body =
      !request.body.empty() || (request.method != "GET" && request.method != "DELETE");
  if (has_body) {
    curl_easy_setopt(handle_, CURLOPT_POST, 1L);
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
  const std::string_view implied = has_body ? "POST" : "GET";
  return request.method == implied
         || curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, request.method.c_str()) == CURLE_OK;
}

bool Transfer::set_headers() {
  curl_slist_free_all(headers_);
  headers_ = nullptr;
  const auto add = [this](const std::string& line) {
    auto* longer = curl_slist_append(headers_, line.c_str());
    if (longer)
      headers_ = longer;
    return longer != nullptr;
  };
  for (const auto& [name, value] : call_.request.headers)
    // "Name;" is libcurl's way to send a header that has no value.
    if (!add(value.empty() ? name + ";" : name + ": " + value))
      return false;
  // libcurl would call a body a form, and wait for "100 Continue" before large ones.
  if (!names_content_type(call_.request) && !add("Content-Type:"))
    return false;
  return add("Expect:") && curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_) == CURLE_OK;
}

std::size_t Transfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view piece(bytes, size * count);
  auto& body = transfer.result_.answer.body;
  transfer.result_.body_bytes += piece.size();
  transfer.hash_.update(piece);
  const auto stored_max = transfer.call_.body_bytes_max;
  if (body.size() < stored_max)
    body.append(piece.substr(0, stored_max - body.size()));
  if (transfer.result_.body_bytes > transfer.options_.received_bytes_max) {
    transfer.too_large_ = true;
    return 0; // ends the transfer
  }
  return piece.size();
}

std::size_t Transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  auto& answer = transfer.result_.answer;
  const std::string_view line(bytes, size * count);
  transfer.header_bytes_ += line.size();
  if (transfer.header_bytes_ > header_bytes_max) {
    transfer.too_large_ = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) { // headers of an interim answer (1xx) are not the answer's
    answer.content_type.clear();
    answer.retry_after.clear();
    answer.date.clear();
    answer.limits.clear();
  }
  if (answer.content_type.empty())
    answer.content_type = value_of(line, "content-type");
  if (answer.retry_after.empty())
    answer.retry_after = value_of(line, "retry-after");
  if (answer.date.empty())
    answer.date = value_of(line, "date");
  if (answer.limits.size() < limit_headers_max)
    if (auto limit = limit_in(line))
      answer.limits.push_back(*std::move(limit));
  return line.size();
}

curl_socket_t Transfer::on_open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (!may_connect_to(address->addr, transfer.allow_loopback_)) {
    transfer.refused_address_ = true;
    return CURL_SOCKET_BAD;
  }
  const auto socket =
      ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (socket != CURL_SOCKET_BAD) {
    ++transfer.counts_.sockets;
    transfer.set_connecting(true);
  }
  return socket;
}

int Transfer::on_close_socket(void* counts, curl_socket_t socket) {
  --static_cast<PoolCounts*>(counts)->sockets;
  return ::close(socket);
}

void Transfer::set_connecting(bool is_so) {
  if (std::exchange(connecting_, is_so) == is_so)
    return;
  if (is_so)
    ++counts_.connecting;
  else
    --counts_.connecting;
}

/// Called when a connection stands and the request is about to be written. libcurl calls it again
/// when a kept connection broke and it would repeat the request by itself: for anything but a GET
/// that is not its decision, since the vendor may have acted.
int Transfer::on_before_request(void* self, char* primary_ip, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (!may_connect_to(std::string_view(primary_ip), transfer.allow_loopback_)) {
    transfer.refused_address_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
  if (transfer.may_have_reached_ && transfer.call_.request.method != "GET")
    return CURL_PREREQFUNC_ABORT;
  transfer.set_connecting(false);
  if (!std::exchange(transfer.may_have_reached_, true))
    ++transfer.counts_.in_use;
  return CURL_PREREQFUNC_OK;
}

Reason Transfer::transport_word(CURLcode code) const {
  if (too_large_)
    return Reason::too_large;
  switch (code) {
  case CURLE_OK:
    return Reason::none;
  case CURLE_OPERATION_TIMEDOUT:
    return Reason::timeout;
  case CURLE_COULDNT_RESOLVE_HOST:
    return Reason::name_not_resolved;
  case CURLE_COULDNT_CONNECT: {
    if (refused_address_)
      return Reason::refused_address;
    long why = 0;
    curl_easy_getinfo(handle_, CURLINFO_OS_ERRNO, &why);
    return why == ECONNREFUSED ? Reason::connection_refused : Reason::connect_failed;
  }
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_ISSUER_ERROR:
  case CURLE_SSL_INVALIDCERTSTATUS:
    return Reason::tls_failed;
  case CURLE_URL_MALFORMAT:
  case CURLE_UNSUPPORTED_PROTOCOL:
    // The second also stands for an answer that is not HTTP.
    return may_have_reached_ ? Reason::bad_answer : Reason::bad_request;
  case CURLE_WEIRD_SERVER_REPLY:
    return Reason::bad_answer;
  default:
    break;
  }
  if (refused_address_)
    return Reason::refused_address;
  return may_have_reached_ ? Reason::reset : Reason::connect_failed;
}

void Transfer::finish(CURLcode code) {
  const auto word = transport_word(code);
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  // An interim status is no answer.
  result_.answer.status = status >= 200 ? static_cast<std::uint32_t>(status) : 0;
  deliver(word);
}

void Transfer::stop() {
  deliver(Reason::stopping);
}

void Transfer::deliver(Reason transport) {
  set_connecting(false);
  if (may_have_reached_)
    --counts_.in_use;
  --counts_.requests;
  result_.answer.transport = transport;
  result_.answer.sent = may_have_reached_;
  result_.answer.cut = result_.body_bytes > result_.answer.body.size();
  result_.body_sha256 = to_hex(hash_.finish());
  result_.duration = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - asked_at_);
  const auto done = std::exchange(done_, nullptr);
  done(std::move(result_));
  call_ = {}; // tokens and personal data do not stay in a handle that waits
  curl_slist_free_all(headers_);
  headers_ = nullptr;
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, nullptr);
}

} // namespace tidemark::actors
