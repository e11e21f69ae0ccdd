#include "gateway/credentials/cookies.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/text/split.hpp"

namespace tidemark::gateway {
namespace {

constexpr std::string_view cookie_prefix = "tdc_";
constexpr std::size_t cookie_bytes = 32, cookies_max = 10'000;
/// The first one is refused by browsers unless it is `Secure` and of the whole host.
constexpr std::string_view secure_name = "__Host-tidemark", plain_name = "tidemark";

std::string_view cookie_named(std::string_view header, std::string_view name) {
  for (auto pair : split(header, ";")) {
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
      return pair.substr(name.size() + 1);
  }
  return {};
}

} // namespace

bool CookieBook::is_ours(std::string_view value) {
  return value.starts_with(cookie_prefix);
}

std::string CookieBook::open(std::string token_sha256, Timestamp until, Timestamp now) {
  const auto value = std::string(cookie_prefix) + to_hex(random_bytes(cookie_bytes));
  const std::lock_guard lock(guard_);
  std::erase_if(entries_, [&](const auto& entry) { return entry.second.until <= now; });
  if (entries_.size() >= cookies_max)
    entries_.clear(); // they show their tokens again: memory first
  entries_.emplace(sha256_hex(value), Entry{std::move(token_sha256), until});
  return value;
}

std::optional<std::string> CookieBook::token_of(std::string_view value, Timestamp now) const {
  const auto key = sha256_hex(value); // what is compared byte by byte tells nothing of the value
  const std::lock_guard lock(guard_);
  const auto found = entries_.find(key);
  if (found == entries_.end() || found->second.until <= now)
    return std::nullopt;
  return found->second.token_sha256;
}

void CookieBook::close(std::string_view value) {
  const std::lock_guard lock(guard_);
  entries_.erase(sha256_hex(value));
}

bool is_plain_loopback(const connectors::Headers& headers, std::string_view client) {
  const bool is_here = client == "::1" || client.starts_with("127.");
  return is_here && connectors::count_header(headers, "x-forwarded-for") == 0
         && connectors::count_header(headers, "x-forwarded-proto") == 0;
}

std::string_view session_cookie(const connectors::Headers& headers, std::string_view client) {
  const auto header = connectors::only_header(headers, "cookie").value_or(std::string_view{});
  return cookie_named(header, is_plain_loopback(headers, client) ? plain_name : secure_name);
}

std::string set_session_cookie(std::string_view value, std::chrono::seconds lasts,
                               bool plain_loopback) {
  return std::string(plain_loopback ? plain_name : secure_name) + "=" + std::string(value)
         + "; Path=/; Max-Age=" + std::to_string(lasts.count()) + "; HttpOnly; SameSite=Strict"
         + (plain_loopback ? "" : "; Secure");
}

std::optional<Problem> refuse_foreign_page(const connectors::Headers& headers) {
  const auto site = connectors::only_header(headers, "sec-fetch-site");
  if (connectors::count_header(headers, "sec-fetch-site") > 0 && site != "same-origin")
    return Problem{403, "foreign_page", "a page of another place sent this: use the console's own"};
  if (connectors::only_header(headers, "x-tidemark-request") != "1")
    return Problem{400, "request_header_needed",
                   "a change asked for with a cookie needs the header X-Tidemark-Request: 1"};
  return std::nullopt;
}

} // namespace tidemark::gateway
