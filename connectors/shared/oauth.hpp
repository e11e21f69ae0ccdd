#pragma once
#include "connectors/connector.hpp"

/// How an account is connected by an authorisation code, and how its tokens are renewed (RFC 6749).
/// Pure functions; actors/connector/ does the I/O.
namespace tidemark::connectors {

/// The secret under which a connector finds the access token in force.
inline constexpr std::string_view access_token_setting = "token";

/// Tokens that a system gave.
struct Grant {
  SecretText access;
  SecretText refresh; ///< single use; "" when it cannot be renewed
  Timestamp issued_at;
  Timestamp expires_at;
  bool whole_company = false; ///< reaches accounts only through tokens that are made from it
  std::string company;        ///< id of the company, "" when not told
};

/// Error codes of `read`:
///   reconnect_needed  the code or the refresh token is not taken (any more)
///   wrong_client      client id or secret are wrong: the refresh token is not spent
///   account_inactive  refused for now; the same token works again later
///   account_differs   the tokens are for another account than the one configured
///   not_sent          the request surely did not reach the system
///   no_answer, vendor_failed, answer_not_understood: it is not known whether a token was spent
struct OAuth {
  /// Where a person with access to the account gets a code; shown, never opened.
  std::string (*authorization_url)(const Settings&);
  HttpRequest (*exchange)(const std::string& code, const Settings&);
  HttpRequest (*renew)(const Grant&, const Settings&);
  /// Makes a token for the configured account from one of the whole company.
  HttpRequest (*narrow)(const Grant& company, const Settings&);
  /// Reads the answer to any of the three. Never quotes it.
  Result<Grant> (*read)(const HttpAnswer&, const Settings&, Timestamp now);
  /// A token is renewed so long before it ends, but not in the first half of its life.
  std::chrono::seconds renew_before{300};
};

/// What is kept of an account from one start to the next.
struct StoredTokens {
  std::string account; ///< `location_id` and the like: tokens of another account are not used
  Grant grant;
  std::optional<Grant> narrowed; ///< made from a grant of the whole company
  bool renewing = false; ///< the refresh token was shown to the system; the answer is not here yet

  /// The token that requests are made with; nothing while there is none.
  const Grant* in_use() const;
};
/// As JSON, with every secret in it: for a private file only.
SecretText to_text(const StoredTokens& tokens);
/// Errors: tokens_damaged.
Result<StoredTokens> read_tokens(std::string_view text);

/// Names a token without telling anything of it: twelve digits of its SHA-256.
std::string key_id(const Grant& grant);
/// From when on the grant shall be renewed.
Timestamp renewal_due(const Grant& grant, std::chrono::seconds before);

} // namespace tidemark::connectors
