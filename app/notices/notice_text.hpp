#pragma once
#include "app/notices/notice_book.hpp"
#include "config/config.hpp"

namespace tidemark::app {

/// A message as it leaves, by HTTP or by mail.
struct OutgoingNotice {
  std::string url;
  std::vector<std::string> headers; ///< of HTTP: `Name: value`
  std::string body;                 ///< of mail: with its head
  std::string from;                 ///< of mail
  std::vector<std::string> to;
  std::string username;
  std::optional<SecretText> password{};
  bool must_be_encrypted = true; ///< of mail: STARTTLS or nothing
};

/// Webhooks are signed as Standard Webhooks 1.0 says (standardwebhooks.com): webhook-id,
/// webhook-timestamp, webhook-signature. Alertmanager gets what POST /api/v2/alerts takes, with an
/// alert `tidemark_alive` beside. `service` names this installation: its public URL or its host.
OutgoingNotice outgoing(const config::ReceiverConfig& receiver, const Notice& notice,
                        const std::string& service, Timestamp now);

} // namespace tidemark::app
