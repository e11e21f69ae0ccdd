#include "config/token_section.hpp"

#include "base/bytes.hpp"
#include "base/contains.hpp"
#include "base/crypto.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace tidemark::config {
namespace {

constexpr std::array<std::string_view, 4> roles{"viewer", "auditor", "operator", "admin"};
/// Shorter ones could be guessed; 32 hex digits are 128 bits.
constexpr std::size_t token_bytes_min = 20;

std::string read_hash(Section& section) {
  if (section.has("token") == section.has("token_sha256")) {
    section.expect("token");
    section.expect("token_sha256");
    section.fault("token",
                  section.has("token") ? "token and token_sha256 are both set" : "it is missing",
                  "set token_sha256 or token, as { env = \"NAME\" } or { file = \"PATH\" }");
    return {};
  }
  if (section.has("token")) {
    section.expect("token_sha256");
    const auto token = section.secret("token", true);
    if (!token)
      return {};
    if (token->reveal().size() < token_bytes_min)
      section.fault("token", "it is shorter than 20 characters",
                    "make one with: openssl rand -hex 32");
    return sha256_hex(token->reveal());
  }
  section.expect("token");
  const auto given = section.secret("token_sha256", true);
  if (!given)
    return {};
  const auto bytes = from_hex(given->reveal());
  if (!bytes || bytes->size() != sizeof(Digest)) {
    section.fault("token_sha256", "it is not a SHA-256 in hex",
                  "write 64 hex digits, from: printf %s TOKEN | sha256sum");
    return {};
  }
  return to_hex(*bytes);
}

} // namespace

namespace {

TenantId read_tenant(Section& section, const std::vector<TenantConfig>& tenants) {
  const TenantId tenant(section.text("tenant", "", false));
  const bool known =
      std::ranges::any_of(tenants, [&](const auto& each) { return each.id == tenant; });
  if (tenant.value.empty() ? tenants.size() > 1 : !known)
    section.fault("tenant",
                  tenant.value.empty() ? "there are several tenants" : "there is none of this id",
                  "name the tenant whose data the token may see");
  return tenant;
}

} // namespace

std::vector<ApiTokenConfig> read_tokens(Section api, const std::vector<TenantConfig>& tenants,
                                        Loading& loading) {
  std::vector<ApiTokenConfig> tokens;
  std::set<std::string> names;
  std::set<std::string> hashes;
  const auto tables = api.tables("tokens");
  for (std::size_t i = 0; i < tables.size(); ++i) {
    Section section(loading, tables[i], "api.tokens[" + std::to_string(i + 1) + "]");
    ApiTokenConfig token;
    token.name = section.text("name", "", true);
    if (!token.name.empty() && !names.insert(token.name).second)
      section.fault("name", "another token has the same name", "give each its own");
    token.role = section.text("role", "", true);
    if (!token.role.empty() && !contains(roles, token.role))
      section.fault("role", "there is no such role", "use viewer, auditor, operator or admin");
    token.tenant = read_tenant(section, tenants);
    token.sha256 = read_hash(section);
    if (!token.sha256.empty() && !hashes.insert(token.sha256).second)
      section.fault("name", "another entry has the same token",
                    "give each its own, so that the log can tell them apart");
    section.refuse_unknown_keys();
    tokens.push_back(std::move(token));
  }
  api.refuse_unknown_keys();
  return tokens;
}

} // namespace tidemark::config
