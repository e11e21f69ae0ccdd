#include "base/bytes.hpp"
#include "base/contains.hpp"
#include "base/crypto.hpp"
#include "config/sections.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace tidemark::config {
namespace {

constexpr std::array<std::string_view, 4> roles{"viewer", "auditor", "operator", "admin"};
/// Shorter ones could be guessed; 32 hex digits are 128 bits.
constexpr std::size_t token_bytes_min = 20;

std::string read_hash(Section& section) {
  section.expect("token");
  section.expect("token_sha256");
  const bool is_hash = section.has("token_sha256");
  if (section.has("token") == is_hash) {
    section.fault("token", is_hash ? "token and token_sha256 are both set" : "it is missing",
                  "set token_sha256 or token, as { env = \"NAME\" } or { file = \"PATH\" }");
    return {};
  }
  const auto given = section.secret(is_hash ? "token_sha256" : "token", true);
  if (!given)
    return {};
  if (!is_hash) {
    section.check("token", given->reveal().size() >= token_bytes_min,
                  "it is shorter than 20 characters", "make one with: openssl rand -hex 32");
    return sha256_hex(given->reveal());
  }
  const auto bytes = from_hex(given->reveal());
  const bool good = section.check("token_sha256", bytes && bytes->size() == sizeof(Digest),
                                  "it is not a SHA-256 in hex",
                                  "write 64 hex digits, from: printf %s TOKEN | sha256sum");
  return good ? to_hex(*bytes) : std::string();
}

TenantId read_tenant(Section& section, const std::vector<TenantConfig>& tenants) {
  const TenantId tenant(section.text("tenant"));
  const bool known =
      std::ranges::any_of(tenants, [&](const auto& each) { return each.id == tenant; });
  const bool named = !tenant.value.empty();
  section.check("tenant", named ? known : tenants.size() <= 1,
                named ? "there is none of this id" : "there are several tenants",
                "name the tenant whose data the token may see");
  return tenant;
}

} // namespace

std::vector<ApiTokenConfig> read_tokens(Section api, const std::vector<TenantConfig>& tenants) {
  std::vector<ApiTokenConfig> tokens;
  std::set<std::string> names, hashes;
  for (auto& section : api.each("tokens")) {
    auto& token = tokens.emplace_back();
    token.name = section.text("name", "", true);
    section.check("name", token.name.empty() || names.insert(token.name).second,
                  "another token has the same name", "give each its own");
    token.role = section.text("role", "", true);
    section.check("role", token.role.empty() || contains(roles, token.role),
                  "there is no such role", "use viewer, auditor, operator or admin");
    token.tenant = read_tenant(section, tenants);
    token.sha256 = read_hash(section);
    section.check("name", token.sha256.empty() || hashes.insert(token.sha256).second,
                  "another entry has the same token",
                  "give each its own, so that the log can tell them apart");
    section.refuse_unknown_keys();
  }
  api.refuse_unknown_keys();
  return tokens;
}

} // namespace tidemark::config
