#pragma once
#include "base/time.hpp"
#include "connectors/connector.hpp"
#include "gateway/http/answer.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark::gateway {

inline constexpr std::chrono::hours cookie_lasts{8};

/// Browsers that were let in with a token: what their cookies stand for. In memory alone, so after
/// a restart they show the token again. For several threads.
class CookieBook {
public:
  /// Gives the cookie's value.
  std::string open(std::string token_sha256, Timestamp until, Timestamp now);
  /// Hash of the token that it stands for; none: it is not known, or over.
  std::optional<std::string> token_of(std::string_view value, Timestamp now) const;
  void close(std::string_view value);
  /// Is it one of ours, rather than a token of a user's session?
  static bool is_ours(std::string_view value);

private:
  struct Entry {
    std::string token_sha256;
    Timestamp until;
  };
  mutable std::mutex guard_;
  std::map<std::string, Entry> entries_; ///< by the hash of the value
};

/// Asked over plain HTTP on this machine, with no proxy between? Only then the cookie does
/// without `Secure`.
bool is_plain_loopback(const connectors::Headers& headers, std::string_view client);
/// The value of the session's cookie; "" when none came.
std::string_view session_cookie(const connectors::Headers& headers, std::string_view client);
/// Value of `Set-Cookie`. With no time left the browser forgets it.
std::string set_session_cookie(std::string_view value, std::chrono::seconds lasts,
                               bool plain_loopback);
/// Why a change asked for with a cookie is not made: a page of somebody else's may have sent it,
/// and such a one cannot set the header. None: a page of ours asks.
std::optional<Problem> refuse_foreign_page(const connectors::Headers& headers);

} // namespace tidemark::gateway
