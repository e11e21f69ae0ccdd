#include "base/time.hpp"
#include "connectors/shared/outbound.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"
#include "replay-tools/service/service_commands.hpp"
#include "replay-tools/time_option.hpp"

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <optional>
#include <thread>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::milliseconds look_for_retry_every{100};
constexpr int retry_looks_max = 600;
constexpr std::string_view texting = "send_message"; ///< operation of a text

std::string member_text(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool says(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && !found->is_null();
}

/// Which of the failed deliveries are meant.
struct Chosen {
  std::string target, contact, reason_code;
  std::optional<Timestamp> since, until;

  bool has(const Json& delivery) const {
    const auto failed_at = from_rfc3339(member_text(delivery, "since")).value_or(Timestamp{});
    return (target.empty() || member_text(delivery, "target") == target)
           && (contact.empty() || member_text(delivery, "contact") == contact)
           && (reason_code.empty() || member_text(delivery, "reason_code") == reason_code)
           && (!since || failed_at >= *since) && (!until || failed_at < *until);
  }
};

Result<Chosen> chosen_by(ServiceApi& service, const CommonOptions& common,
                         const FailedFilter& filter) {
  Chosen out{filter.target, {}, filter.reason_code, {}, {}};
  TRY(since, time_option(filter.since, "--since"));
  TRY(until, time_option(filter.until, "--until"));
  out.since = since;
  out.until = until;
  if (!filter.target.empty()) {
    TRYV(service.check_connector(filter.target));
  }
  if (!filter.contact.empty()) {
    TRY(contact, service.contact(common, filter.contact));
    out.contact = contact.value;
  }
  return out;
}

using Use = std::function<Status(const Json& delivery)>;

/// The named one, or every failed delivery that the filter names and nobody has seen to.
Status each_failed(ServiceApi& service, const CommonOptions& common, const FailedFilter& filter,
                   const Use& use) {
  if (!filter.delivery.empty()) {
    TRY(one, service.ask("GET", "/api/v1/deliveries/" + connectors::url_encoded(filter.delivery)));
    return use(one);
  }
  TRY(chosen, chosen_by(service, common, filter));
  for (const std::string state : {"rejected", "dead"}) {
    if (!filter.state.empty() && filter.state != state)
      continue;
    std::string after;
    do {
      TRY(page,
          service.ask("GET",
                      "/api/v1/deliveries?limit=100&state=" + state
                          + (chosen.target.empty()
                                 ? ""
                                 : "&target=" + connectors::url_encoded(chosen.target))
                          + (after.empty() ? "" : "&after=" + connectors::url_encoded(after))));
      for (const auto& delivery : page["items"])
        if (chosen.has(delivery) && !says(delivery, "retried_by")
            && !says(delivery, "written_off")) {
          TRYV(use(delivery));
        }
      after = member_text(page, "next");
    } while (!after.empty() && output_is_open());
  }
  return Done{};
}

/// What came of one delivery, in a line.
struct FailedRow {
  std::string delivery, target, operation, what, reason_code, text, next_step, retried_by;
};

void show_row(Format format, const FailedRow& row) {
  auto line = fmt::format("{}  {} {}: {}.", row.delivery, row.target, row.operation, row.what);
  for (const auto* part : {&row.text, &row.next_step})
    if (!part->empty())
      line += " " + *part;
  print(format,
        {{"delivery", row.delivery},
         {"target", row.target},
         {"operation", row.operation},
         {"result", row.what},
         {"reason_code", row.reason_code},
         {"text", row.text},
         {"next_step", row.next_step},
         {"retried_by", row.retried_by}},
        line);
}

FailedRow failed_row(const Json& delivery) {
  FailedRow row;
  row.delivery = member_text(delivery, "id");
  row.target = member_text(delivery, "target");
  row.operation = member_text(delivery, "operation");
  return row;
}

void take_reason(FailedRow& row, const Json& from) {
  row.reason_code = member_text(from, "reason_code");
  row.text = member_text(from, "text");
  row.next_step = member_text(from, "next_step");
}

/// What the contact decided; the row stays without a result while it has not.
Status await_decision(ServiceApi& service, const Json& asked, FailedRow& row) {
  for (int looks = 0; looks < retry_looks_max; ++looks) {
    TRY(now, service.ask("GET", "/api/v1/deliveries/" + row.delivery));
    const auto retry = now.value("retry", Json());
    if (retry.is_object()
        && retry["request"].get<std::uint64_t>() >= asked["position"].get<std::uint64_t>()) {
      const bool sent = member_text(retry, "outcome") == "applied";
      row.what = sent ? "tried again" : "skipped";
      row.retried_by = member_text(now, "retried_by");
      take_reason(row, retry);
      return Done{};
    }
    std::this_thread::sleep_for(look_for_retry_every);
  }
  return Error{"not_decided", "the service took the request for " + row.delivery
                                  + " and has not decided it yet; GET /api/v1/deliveries/"
                                  + row.delivery + " shows it under retry"};
}

Result<FailedRow> redeliver_one(ServiceApi& service, const RedeliverOptions& options,
                                const Json& delivery) {
  auto row = failed_row(delivery);
  if (row.operation == texting && options.failed.delivery.empty() && !options.texts) {
    row.what = options.dry_run ? "would skip" : "skipped";
    row.text = "It is a text, and texts are sent again with --texts only.";
    return row;
  }
  Json body{{"may_repeat", options.may_repeat}, {"dry_run", options.dry_run}};
  if (options.max_age != 0)
    body["max_age_seconds"] = options.max_age;
  if (!options.dry_run)
    body["reason"] = options.reason;
  const auto target = "/api/v1/deliveries/" + connectors::url_encoded(row.delivery) + "/retry";
  auto asked = service.ask("POST", target, to_text(body));
  if (!asked) {
    if (asked.error().code != "not_failed" && asked.error().code != "already_retried")
      return asked.error();
    row.what = options.dry_run ? "would skip" : "skipped";
    row.reason_code = asked.error().code;
    row.text = asked.error().text + ".";
    row.retried_by = member_text(delivery, "retried_by");
    return row;
  }
  if (!options.dry_run) {
    TRYV(await_decision(service, *asked, row));
    return row;
  }
  row.what = asked->value("would_send", false) ? "would send" : "would skip";
  take_reason(row, *asked);
  return row;
}

} // namespace

Result<int> redeliver(const CommonOptions& common, const RedeliverOptions& options) {
  if (!options.dry_run && options.reason.empty())
    return Error{"bad_usage", "say why with --reason; it is kept. --dry-run needs none"};
  if (options.may_repeat && options.failed.delivery.empty())
    return Error{"bad_usage", "--may-repeat is decided for one delivery at a time: name it"};
  TRY(service, ServiceApi::open(common));
  std::size_t sent = 0, skipped = 0;
  TRYV(each_failed(service, common, options.failed, [&](const Json& delivery) -> Status {
    TRY(row, redeliver_one(service, options, delivery));
    ++(row.what == "tried again" || row.what == "would send" ? sent : skipped);
    show_row(common.format, row);
    return Done{};
  }));
  print_summary(common.format,
                {{options.dry_run ? "would_send" : "tried_again", sent},
                 {options.dry_run ? "would_skip" : "skipped", skipped},
                 {"dry_run", options.dry_run}},
                options.dry_run
                    ? fmt::format("{} would be sent, {} would be skipped. Dry run: nothing was "
                                  "recorded or sent.",
                                  sent, skipped)
                    : fmt::format("{} tried again, {} skipped.", sent, skipped));
  return exit_code::done;
}

Result<int> write_off(const CommonOptions& common, const WriteOffOptions& options) {
  const auto& failed = options.failed;
  if (!options.dry_run && options.reason.empty())
    return Error{"bad_usage", "say why with --reason; it is kept. --dry-run needs none"};
  TRY(service, ServiceApi::open(common));
  std::size_t count = 0;
  TRYV(each_failed(service, common, failed, [&](const Json& delivery) -> Status {
    auto row = failed_row(delivery);
    row.what = options.dry_run ? "would be written off" : "written off";
    if (!options.dry_run) {
      TRYV(service.ask("POST",
                       "/api/v1/deliveries/" + connectors::url_encoded(row.delivery) + "/write-off",
                       to_text(Json{{"reason", options.reason}})));
    }
    ++count;
    show_row(common.format, row);
    return Done{};
  }));
  print_summary(
      common.format, {{"written_off", count}, {"dry_run", options.dry_run}},
      fmt::format("{} {}.", count,
                  options.dry_run ? "would be written off; nothing was recorded" : "written off"));
  return exit_code::done;
}

} // namespace tidemark::tools
