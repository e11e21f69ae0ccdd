#include "config/duration.hpp"
#include "connectors/shared/outbound.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/secrets/secret_commands.hpp"
#include "replay-tools/service/service_api.hpp"

#include <fmt/format.h>

#include <iostream>
#include <iterator>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

/// From standard input, where no list of processes and no history of a shell shows it.
Result<SecretText> value_given() {
  std::string text{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
    text.pop_back();
  if (text.empty())
    return Error{"bad_usage", "there is no secret on standard input"};
  return SecretText(std::move(text));
}

std::string credential_path(const CredentialOptions& options) {
  return "/api/v1/credentials/" + connectors::url_encoded(options.connector) + "/"
         + connectors::url_encoded(options.name);
}

std::string shown_or(const Json& value, std::string_view otherwise) {
  return value.is_string() ? value.get<std::string>() : std::string(otherwise);
}

std::string age_of(const Json& item) {
  if (!item["age_seconds"].is_number())
    return "age not known";
  constexpr std::int64_t day = 24 * 3600;
  return fmt::format("{} days old", item["age_seconds"].get<std::int64_t>() / day);
}

std::string secret_line(const Json& item) {
  const auto last_four = shown_or(item["last_four"], "");
  return fmt::format("{:<13} {:<12} {:<14} {:<20} {:<8} {:<8} {}, {}, ends {}",
                     item["kind"].get<std::string>(), shown_or(item["tenant"], "-"),
                     shown_or(item["connector"], "-"), item["name"].get<std::string>(),
                     item["state"].get<std::string>(), last_four.empty() ? "-" : "..." + last_four,
                     item["source"].get<std::string>(), age_of(item),
                     shown_or(item["ends_at"], "never"));
}

Result<int> put(const CommonOptions& common, const CredentialOptions& options, Json body,
                const std::string& path) {
  TRY(service, ServiceApi::open(common));
  TRYV(service.check_connector(options.connector));
  TRY(value, value_given());
  body["value"] = value.reveal();
  body["reason"] = options.reason;
  TRY(done, service.ask("POST", path, to_text(body)));
  print(common.format, done,
        fmt::format("{} of {} is in use, ends in {} (key {}), position {}.{}", options.name,
                    options.connector, shown_or(done["last_four"], "****"),
                    done["key_id"].get<std::string>(), done["position"].dump(),
                    done["previous_until"].is_null()
                        ? std::string()
                        : " Webhooks under the one before are taken until "
                              + shown_or(done["previous_until"], "") + "."));
  return exit_code::done;
}

} // namespace

Result<int> set_credential(const CommonOptions& common, const CredentialOptions& options) {
  return put(common, options, Json::object(), credential_path(options));
}

Result<int> rotate_credential(const CommonOptions& common, const CredentialOptions& options) {
  const auto lasts = config::read_duration(options.overlap, std::chrono::seconds{1});
  if (!lasts)
    return Error{"bad_usage", "--overlap is such as 30m, 24h or 7d"};
  return put(
      common, options,
      {{"overlap_seconds", std::chrono::duration_cast<std::chrono::seconds>(*lasts).count()}},
      credential_path(options) + "/rotate");
}

Result<int> remove_credential(const CommonOptions& common, const CredentialOptions& options) {
  TRY(service, ServiceApi::open(common));
  TRY(done, service.ask("POST", credential_path(options) + "/remove",
                        to_text({{"reason", options.reason}})));
  print(common.format, done,
        fmt::format("The configuration's {} of {} is in use again, position {}.", options.name,
                    options.connector, done["position"].dump()));
  return exit_code::done;
}

Result<int> list_credentials(const CommonOptions& common) {
  TRY(service, ServiceApi::open(common));
  std::size_t all = 0;
  for (std::string after;;) {
    TRY(page,
        service.ask("GET", "/api/v1/credentials"
                               + (after.empty() ? std::string()
                                                : "?after=" + connectors::url_encoded(after))));
    for (const auto& item : page["items"]) {
      ++all;
      print(common.format, item, secret_line(item));
    }
    if (!page["next"].is_string())
      break;
    after = page["next"].get<std::string>();
  }
  print_summary(common.format, {{"secrets", all}},
                fmt::format("{} secrets: all of these are to be replaced when somebody else may "
                            "know them.",
                            all));
  return exit_code::done;
}

} // namespace tidemark::tools
