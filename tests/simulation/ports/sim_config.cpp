#include "tests/simulation/ports/sim_config.hpp"

#include "config/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tidemark::sim {
namespace {

/// Belongs to the seed in the sandbox's settings.
constexpr std::string_view public_key = "Kay64UG8yvCyLhqU000LxzYeUm0L/hLIl5S8kyKWbdc=";

std::string in_capitals(std::string text) {
  for (auto& c : text)
    if (c >= 'a' && c <= 'z')
      c = static_cast<char>(c - 'a' + 'A');
  return text;
}

/// Secrets are called TENANT_NAME, in capital letters.
class VendorSecrets final : public config::Environment {
public:
  explicit VendorSecrets(const SimHttp::Vendors& vendors) : vendors_(vendors) {}

  std::optional<SecretText> variable(const std::string& name) const override {
    const auto split = name.rfind('_');
    const auto vendors = std::find_if(vendors_.begin(), vendors_.end(), [&](const auto& entry) {
      return in_capitals(entry.first) == name.substr(0, split);
    });
    if (vendors == vendors_.end())
      return std::nullopt;
    const auto& settings = vendors->second->settings();
    const auto what = name.substr(split + 1);
    if (what == "GHL")
      return SecretText(settings.ghl_token);
    if (what == "ALOWARE")
      return SecretText(settings.aloware_token);
    if (what == "ALOWAREHOOK")
      return SecretText(settings.aloware_hook_password);
    if (what == "VERITY")
      return SecretText(settings.verity_token);
    if (what == "VERITYHOOK")
      return SecretText(settings.verity_secret);
    if (what == "GENERIC")
      return SecretText(settings.generic_secret_in);
    return std::nullopt;
  }
  Result<SecretText> secret_file(const std::string&) const override {
    return Error{"not_found", "there are no files here"};
  }

private:
  const SimHttp::Vendors& vendors_;
};

std::string tenant_text(const std::string& tenant, std::uint32_t number) {
  const auto limits = fmt::format("requests_per_second = {}\nburst = 10000\nconcurrency = {}\n",
                                  number % 3 == 1 ? 50 : 10'000, number % 2 == 1 ? 1 : 8);
  const auto capitals = in_capitals(tenant);
  std::string out = fmt::format("[[tenants]]\nid = \"{}\"\n", tenant);
  out += fmt::format("[[tenants.connectors]]\nname = \"gohighlevel\"\ntype = \"gohighlevel\"\n"
                     "base_url = \"{}\"\ntoken = {{ env = \"{}_GHL\" }}\n"
                     "location_id = \"LOCexample0000000001\"\npublic_keys = [\"{}\"]\n{}",
                     url_of("gohighlevel", tenant), capitals, public_key, limits);
  out += fmt::format("[[tenants.connectors]]\nname = \"aloware\"\ntype = \"aloware\"\n"
                     "base_url = \"{0}\"\ntoken = {{ env = \"{1}_ALOWARE\" }}\n"
                     "webhook_auth = \"basic\"\nwebhook_user = \"sandbox\"\n"
                     "webhook_password = {{ env = \"{1}_ALOWAREHOOK\" }}\n{2}",
                     url_of("aloware", tenant), capitals, limits);
  out += fmt::format("[[tenants.connectors]]\nname = \"verity\"\ntype = \"verity\"\n"
                     "base_url = \"{0}\"\ntoken = {{ env = \"{1}_VERITY\" }}\n"
                     "texting_secret = {{ env = \"{1}_VERITYHOOK\" }}\n"
                     "forward_secret = {{ env = \"{1}_VERITYHOOK\" }}\n{2}",
                     url_of("verity", tenant), capitals, limits);
  out += fmt::format("[[tenants.connectors]]\nname = \"generic\"\ntype = \"generic\"\n"
                     "webhook_secret = {{ env = \"{1}_GENERIC\" }}\n"
                     "send_secret = {{ env = \"{1}_GENERIC\" }}\n"
                     "send_url = \"{0}/webhooks\"\n{2}",
                     url_of("generic", tenant), capitals, limits);
  return out;
}

} // namespace

config::Config sim_config(const std::vector<std::string>& tenants, const SimHttp::Vendors& vendors,
                          std::uint32_t number) {
  std::string text = "[server]\nlisten = \"127.0.0.1:8080\"\n[log]\ndir = \"/sim\"\n";
  text += number % 4 < 2 ? "[sync]\nprecedence = [\"gohighlevel\", \"aloware\", \"generic\"]\n"
                         : "[sync]\nprecedence = [\"generic\", \"gohighlevel\", \"aloware\"]\n";
  for (const auto& tenant : tenants)
    text += tenant_text(tenant, number);
  auto loaded = config::load_config(text, "sim.toml", VendorSecrets(vendors));
  if (!loaded.ok())
    throw std::logic_error(config::to_text(loaded.faults.front()));
  return std::move(loaded.config);
}

} // namespace tidemark::sim
