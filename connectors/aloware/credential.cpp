#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "connectors/aloware/parts.hpp"

#include <algorithm>

namespace tidemark::connectors::aloware {
namespace {

/// Equal without telling by time where they differ or how long the right one is.
bool same_secret(std::string_view a, std::string_view b) {
  return equal_constant_time(as_view(sha256(a)), as_view(sha256(b)));
}

/// Is `scheme`, in any case, that lower-case word? Nothing else is forgiven.
bool is_scheme(std::string_view scheme, std::string_view word) {
  return std::equal(scheme.begin(), scheme.end(), word.begin(), word.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

} // namespace

/// The webhook is not signed, so a changed body cannot be noticed; the static credential is all
/// there is (README fact 7). Scheme names have no case (RFC 9110 11.1).
Verification verify(const WebhookRequest& request, const Settings& settings, Timestamp) {
  const bool basic = settings.get("webhook_auth") == "basic";
  const auto& password = settings.secret("webhook_password");
  if (password.empty())
    return Forged{Reason::no_credential_configured};
  const auto count = count_header(request.headers, "authorization");
  if (count != 1)
    return Forged{count == 0 ? Reason::missing_credential : Reason::repeated_header};
  const auto header = *only_header(request.headers, "authorization");
  const auto space = header.find(' ');
  const auto scheme = header.substr(0, space);
  const auto shown = space == header.npos ? std::string_view() : header.substr(space + 1);
  const auto expected = basic ? to_base64(settings.get("webhook_user") + ":" + password) : password;
  // Both are always looked at: a wrong scheme takes as long as a wrong password.
  const bool same = same_secret(shown, expected);
  if (!is_scheme(scheme, basic ? "basic" : "bearer") || !same)
    return Forged{Reason::bad_credential};
  return Verified{{events::credential_matched, SecretText(password), {}}};
}

std::vector<SecretText> webhook_keys(const Settings& settings, std::string_view) {
  const auto& password = settings.secret("webhook_password");
  return password.empty() ? std::vector<SecretText>{} : std::vector{SecretText(password)};
}

} // namespace tidemark::connectors::aloware
