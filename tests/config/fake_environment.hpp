#pragma once
#include "config/environment.hpp"

#include <map>

namespace tidemark::config {

/// Knows a few secrets; every one that could be printed by mistake holds the canary.
class FakeEnvironment final : public Environment {
public:
  static constexpr auto canary = "canary-5f1d7c";

  std::optional<SecretText> variable(const std::string& name) const override {
    static const std::map<std::string, std::string> known{
        {"TOKEN", canary},
        {"PASSWORD", canary},
        {"EMPTY", ""},
        {"SHORT", "short"},
        {"SIGNING", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="},
        {"LONG", "0123456789012345678901234567890123456789"}};
    const auto at = known.find(name);
    if (at == known.end())
      return std::nullopt;
    return SecretText(at->second);
  }
  Result<SecretText> secret_file(const std::string& path) const override {
    if (path.ends_with("open"))
      return Error{"open_to_others", "other users may read it"};
    if (path.ends_with("empty"))
      return SecretText("");
    if (path.ends_with("good"))
      return SecretText(canary);
    return Error{"not_found", "No such file or directory"};
  }
};

} // namespace tidemark::config
