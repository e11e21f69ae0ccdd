#pragma once
#include "app/demo/web.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"

namespace tidemark::demo {

/// An event as the read API shows it.
struct Seen {
  std::uint64_t position = 0;
  std::uint64_t cause = 0; ///< 0: none
  Timestamp at;
  std::string type;   ///< contact.observed.v1
  std::string stream; ///< delivery/aloware/c12...
  Json data;
};
using Chain = std::vector<Seen>;

/// The service's read API, with a token, as any program would use it.
class EngineApi {
public:
  EngineApi(Web& web, std::string base, const SecretText& token);

  /// The contact with this phone number; null when there is none yet.
  Result<Json> contact(const std::string& phone);
  /// What happened to a contact after a position, oldest first.
  Result<Chain> timeline(const std::string& contact, std::uint64_t after);
  /// The timeline together with the webhooks that caused it and how they were read.
  Result<Chain> chain(const std::string& contact, std::uint64_t after);

private:
  Result<Chain> page(const std::string& path_and_query);

  Web& web_;
  std::string base_;
  Headers headers_;
};

} // namespace tidemark::demo
