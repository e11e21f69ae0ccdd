#include "replay-tools/access/audit_access.hpp"

#include "base/contains.hpp"
#include "events/access.hpp"
#include "events/format/tags.hpp"
#include "events/reveal.hpp"
#include "replay-tools/log/event_json.hpp"
#include "replay-tools/output.hpp"
#include "storage/stored_event.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <optional>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

/// One look through the log.
class AccessStory {
public:
  AccessStory(const CommonOptions& common, const AccessAudit& audit, TenantId tenant)
      : common_(common), audit_(audit), tenant_(std::move(tenant)) {}

  Status read_span() {
    TRY(since, span_end(audit_.since));
    TRY(until, span_end(audit_.until));
    if (since && until && *since >= *until)
      return Error{"bad_usage", "--since is not before --until, so nothing lies between them: "
                                "swap the two"};
    since_ = since;
    until_ = until;
    return Done{};
  }
  Result<bool> look(std::string_view record, bool reveal);
  void close() const;

private:
  static Result<std::optional<Timestamp>> span_end(const std::string& text) {
    const auto at = from_rfc3339(text);
    if (!text.empty() && !at)
      return Error{"bad_usage", "write times as 2026-12-31T23:59:59Z"};
    return at;
  }
  std::string who(const Json& data) const;
  void show(const Json& event, const Json& data, const std::string& by);

  const CommonOptions& common_;
  const AccessAudit& audit_;
  const TenantId tenant_;
  std::optional<Timestamp> since_, until_;
  std::map<std::string, std::string> sessions_; ///< users by session
  std::map<std::string, std::uint64_t> counts_; ///< by kind
};

std::string_view kind_of_access(std::string_view type) {
  if (type == events::BodyRevealed::name)
    return "revealed";
  if (type == events::PeopleRead::name)
    return "read";
  if (type.starts_with("session."))
    return "logged_in_or_out";
  const auto part = type.substr(0, type.find('.'));
  return contains(words("api_token", "user", "tenant"), part) ? "access" : "did";
}

std::string text_member(const Json& data, const char* name) {
  const auto found = data.find(name);
  return found != data.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Whose event it is; "" where nobody asked for it.
std::string AccessStory::who(const Json& data) const {
  for (const auto* name : {"by", "user"})
    if (auto named = text_member(data, name); !named.empty())
      return named;
  const auto session = sessions_.find(text_member(data, "session"));
  return session == sessions_.end() ? std::string() : session->second;
}

void AccessStory::show(const Json& event, const Json& data, const std::string& by) {
  const auto type = event["type"].get<std::string>();
  const std::string kind(kind_of_access(type));
  ++counts_[kind];
  auto about = data;
  for (const auto* name : {"by", "reason", "request_id"})
    about.erase(name);
  print(common_.format,
        {{"position", event["position"]},
         {"at", event["at"]},
         {"tenant", event["tenant"]},
         {"who", by},
         {"kind", kind},
         {"type", type},
         {"reason", text_member(data, "reason")},
         {"request_id", text_member(data, "request_id")},
         {"about", about}},
        fmt::format("{} {} {:<8} {} {} {}", event["position"].dump(),
                    event["at"].get<std::string>(), kind, by, type, about.dump()));
}

Result<bool> AccessStory::look(std::string_view record, bool reveal) {
  TRY(stored, storage::stored_event(record));
  const auto& at = stored.envelope;
  if (at.tenant != tenant_ && at.tenant != events::installation_tenant())
    return true;
  auto data = Json::parse(stored.payload, nullptr, false);
  if (!data.is_object())
    return true;
  if (at.type == events::SessionGranted::name)
    sessions_[text_member(data, "session")] = text_member(data, "user");
  const auto by = who(data);
  if (by.empty() || (!audit_.by.empty() && audit_.by != by) || (since_ && at.recorded_at < *since_)
      || (until_ && at.recorded_at >= *until_))
    return true;
  TRY(event, event_json(stored, {reveal, false}));
  show(event, event["data"], by);
  return output_is_open();
}

void AccessStory::close() const {
  Json summary = Json::object();
  std::string text;
  for (const auto& [kind, count] : counts_) {
    summary[kind] = count;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, kind);
  }
  print_summary(common_.format, summary,
                text.empty() ? "Nothing of that is recorded." : text + ".");
}

} // namespace

Result<int> audit_access(DataFolder& folder, const CommonOptions& common, const AccessAudit& audit,
                         const RevealOptions& reveal) {
  TRY(tenant, tenant_of(common, folder.log()));
  AccessStory story(common, audit, std::move(tenant));
  TRYV(story.read_span());
  TRYV(storage::read_each(folder.log(), Position{}, SIZE_MAX, [&](std::string_view record) {
    return story.look(record, reveal.reveal);
  }));
  story.close();
  return exit_code::done;
}

} // namespace tidemark::tools
