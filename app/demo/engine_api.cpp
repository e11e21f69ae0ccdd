#include "app/demo/engine_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tidemark::demo {

EngineApi::EngineApi(Web& web, std::string base, const SecretText& token)
    : web_(web), base_(std::move(base)), headers_{{"Authorization", "Bearer " + token.reveal()}} {}

Result<Json> EngineApi::contact(const std::string& phone) {
  TRY(answer, web_.need("GET", base_ + "/api/v1/contacts?phone=" + escaped(phone), headers_));
  const auto& items = at(answer, "items");
  return items.empty() ? Json() : items.front();
}

Result<Chain> EngineApi::page(const std::string& path_and_query) {
  TRY(answer, web_.need("GET", base_ + path_and_query, headers_));
  Chain out;
  for (const auto& item : at(answer, "items"))
    out.push_back({number_at(item, "position"), number_at(item, "cause"),
                   from_rfc3339(text_at(item, "at")).value_or(Timestamp{}), text_at(item, "type"),
                   text_at(item, "stream"), at(item, "data")});
  return out;
}

Result<Chain> EngineApi::timeline(const std::string& contact, std::uint64_t after) {
  return page(fmt::format("/api/v1/contacts/{}/timeline?limit=100&after={}", contact, after));
}

Result<Chain> EngineApi::chain(const std::string& contact, std::uint64_t after) {
  TRY(all, timeline(contact, after));
  std::set<std::uint64_t> causes;
  for (const auto& event : all)
    causes.insert(event.cause);
  for (const std::string_view type : {"webhook.received.v1", "webhook.interpreted.v1"}) {
    TRY(webhooks, page(fmt::format("/api/v1/events?type={}&after={}&limit=100", type, after)));
    for (auto& event : webhooks)
      if (causes.contains(event.position) || causes.contains(event.cause))
        all.push_back(std::move(event));
  }
  std::sort(all.begin(), all.end(),
            [](const Seen& a, const Seen& b) { return a.position < b.position; });
  // A webhook and how it was read may be of the timeline already.
  const auto same = [](const Seen& a, const Seen& b) { return a.position == b.position; };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
  return all;
}

} // namespace tidemark::demo
