#include "domain/intake/contact_keys.hpp"
#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "projections/table/scan.hpp"
#include "replay-tools/applied_config.hpp"
#include "replay-tools/contact_key.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"
#include "replay-tools/service/service_commands.hpp"
#include "replay-tools/time_option.hpp"
#include "storage/recorded_event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::milliseconds look_for_reading_every{100};
constexpr int reading_looks_max = 600;

struct Candidate {
  std::string connector, kind, reason_code;
  events::WebhookInterpreted read{};
};
using Candidates = std::map<Position, Candidate>;

bool is_meant(const events::WebhookInterpreted& e, const ReprocessOptions& options,
              const events::SkippedPart& part) {
  return (options.connector.empty() || options.connector == e.connector.value)
         && (options.kind.empty() || options.kind == e.kind)
         && (options.reason_code.empty() || options.reason_code == name_of(part.reason_code))
         && (options.from == 0 || e.webhook.value >= options.from)
         && (options.to == 0 || e.webhook.value <= options.to);
}

/// By the newest reading of each webhook: those of which something was held or left out.
Result<Candidates> left_out(const storage::LogStore& log, const TenantId& tenant,
                            const ReprocessOptions& options) {
  Candidates out;
  std::map<Position, Position> original; // of requests to read one again
  const auto look = [&](std::string_view record) -> Result<bool> {
    TRY(header, events::read_header(record));
    const bool reading = header.type == events::WebhookInterpreted::name;
    if (header.tenant != tenant.value
        || (!reading && header.type != events::WebhookReprocessRequested::name
            && header.type != events::WebhookMarked::name))
      return true;
    TRY(view, events::read_record(record, false));
    TRY(event, events::decode(header.type, view.payload));
    if (const auto* marked = std::get_if<events::WebhookMarked>(&event)) {
      if (marked->mark == events::WebhookMark::done)
        out.erase(marked->webhook);
      return true;
    }
    if (const auto* again = std::get_if<events::WebhookReprocessRequested>(&event)) {
      original[view.envelope.position] = again->webhook;
      out.erase(again->webhook);
      return true;
    }
    auto interpreted = std::get<events::WebhookInterpreted>(std::move(event));
    if (const auto known = original.find(interpreted.webhook); known != original.end())
      interpreted.webhook = known->second;
    for (const auto& part : interpreted.skipped)
      if ((part.outcome == events::Outcome::skipped || part.outcome == events::Outcome::quarantined
           || part.outcome == events::Outcome::ignored)
          && is_meant(interpreted, options, part))
        out.try_emplace(interpreted.webhook,
                        Candidate{interpreted.connector.value, interpreted.kind,
                                  std::string(name_of(part.reason_code)), interpreted});
    return true;
  };
  TRYV(storage::read_each(log, {}, SIZE_MAX, look));
  std::erase_if(out, [](const auto& one) { return one.second.connector == "api"; });
  return out;
}

/// Leaves those that came in the span and, where one is named, are about the contact.
Status keep_meant(ServiceApi& service, const CommonOptions& common, const ReprocessOptions& options,
                  Candidates& which) {
  TRY(since, time_option(options.since, "--since"));
  TRY(until, time_option(options.until, "--until"));
  if (since && until && *since >= *until)
    return Error{"bad_usage", "--since is not before --until, so nothing lies between them: "
                              "swap the two"};
  if (!since && !until && options.contact.empty())
    return Done{};
  const auto& log = service.reader().log();
  TRY(hasher, service.hasher(common));
  std::optional<domain::ContactKeys> contact;
  if (!options.contact.empty()) {
    TRY(named, service.contact(common, options.contact));
    TRY(card, storage::newest_under_tag<events::IdentityCardWritten>(log, service.tenant(),
                                                                     events::card_tag(named)));
    contact.emplace(hasher, service.tenant(), default_region_of(log, service.tenant()), named,
                    card ? &*card : nullptr);
  }
  for (auto one = which.begin(); one != which.end();) {
    TRY(stored, log.at(one->first));
    const auto came = stored ? stored->envelope.recorded_at : Timestamp{};
    const auto& read = one->second.read;
    const bool is_its = !contact || contact->has_command_in(read)
                        || (stored && contact->is_named_in(stored->attachment, read.connector));
    const bool stays = is_its && (!since || came >= *since) && (!until || came < *until);
    one = stays ? std::next(one) : which.erase(one);
  }
  return Done{};
}

std::string in_words(const projections::WebhookView& read) {
  std::string out;
  const auto add = [&](std::string part) { out += (out.empty() ? "" : ", ") + std::move(part); };
  for (const auto& one : read.commands)
    add(one.kind + " " + (one.waiting_for.empty() ? one.outcome : "parked"));
  for (const auto& one : read.skipped)
    if (one.outcome != events::name_of_enum(events::Outcome::parked))
      add(one.outcome + "(" + std::string(name_of(one.reason_code)) + ")");
  return out.empty() ? std::string("nothing new in it") : out;
}

/// What the request led to, in words, as soon as the service's tables tell.
Result<std::string> result_of(ServiceApi& service, Position request) {
  const auto scan = [&](std::string_view table, std::string_view prefix, std::string_view after,
                        const projections::RowVisitor& row) {
    return service.reader().tables().scan(table, prefix, after, row);
  };
  for (int looks = 0; looks < reading_looks_max; ++looks) {
    TRYV(service.reader().refresh());
    TRY(read, projections::webhook(scan, service.tenant(), request));
    const auto is_open = [](const auto& one) {
      return one.outcome == "pending" && one.waiting_for.empty();
    };
    if (read && std::ranges::none_of(read->commands, is_open))
      return in_words(*read);
    std::this_thread::sleep_for(look_for_reading_every);
  }
  return std::string("not decided yet");
}

/// A webhook that has just come in is decided in a moment, and its tables follow.
Result<Json> ask_for(ServiceApi& service, Position webhook, const std::string& reason) {
  const auto target = fmt::format("/api/v1/webhooks/{}/reprocess", webhook.value);
  for (int looks = 0;; ++looks) {
    auto asked = service.ask("POST", target, to_text({{"reason", reason}}));
    if (asked || asked.error().code != "not_decided_yet" || looks == reading_looks_max)
      return asked;
    std::this_thread::sleep_for(look_for_reading_every);
  }
}

/// A dry run asks the service nothing that would be recorded, so it looks itself.
Status check_webhook(ServiceApi& service, Position position) {
  TRY(stored, service.reader().log().at(position));
  if (!stored || stored->envelope.tenant != service.tenant()
      || stored->envelope.type != events::WebhookReceived::name)
    return Error{"not_found", "there is no webhook at this position"};
  return Done{};
}

Status show_one(const CommonOptions& common, Position webhook, const Candidate& what,
                const std::string& result, const Json& position) {
  print(common.format,
        {{"webhook", webhook.value},
         {"connector", what.connector},
         {"kind", what.kind},
         {"reason_code", what.reason_code},
         {"result", result},
         {"position", position}},
        fmt::format("{}  {} {} {}: {}", webhook.value, what.connector,
                    what.kind.empty() ? "-" : what.kind,
                    what.reason_code.empty() ? "" : "(" + what.reason_code + ")", result));
  return Done{};
}

} // namespace

Result<int> reprocess(const CommonOptions& common, const ReprocessOptions& options) {
  if (options.webhook == 0 && options.connector.empty() && options.kind.empty()
      && options.reason_code.empty() && options.contact.empty() && options.since.empty()
      && options.until.empty() && options.from == 0 && options.to == 0)
    return Error{"bad_usage", "say which: a webhook's position, --connector, --kind, "
                              "--reason-code, --contact, --since, --until, --from or --to"};
  if (options.to != 0 && options.from > options.to)
    return Error{"bad_usage", "--from is later than --to, so nothing lies between them: "
                              "swap the two"};
  if (options.reason.empty() && !options.dry_run)
    return Error{"bad_usage", "say why with --reason; it is kept as evidence"};
  TRY(service, ServiceApi::open(common));
  if (!options.connector.empty()) {
    TRYV(service.check_connector(options.connector));
  }
  Candidates which{{Position{options.webhook}, {}}};
  if (options.webhook != 0 && options.dry_run) {
    TRYV(check_webhook(service, Position{options.webhook}));
  }
  if (options.webhook == 0) {
    TRY(found, left_out(service.reader().log(), service.tenant(), options));
    which = std::move(found);
    TRYV(keep_meant(service, common, options, which));
  }
  std::size_t done = 0;
  for (const auto& [webhook, what] : which) {
    if (!output_is_open())
      break;
    if (options.dry_run) {
      TRYV(show_one(common, webhook, what, "would be read again", Json()));
      continue;
    }
    TRY(asked, ask_for(service, webhook, options.reason));
    TRY(result, result_of(service, Position{asked["position"].get<std::uint64_t>()}));
    TRYV(show_one(common, webhook, what, result, asked["position"]));
    ++done;
  }
  print_summary(common.format,
                {{"webhooks", which.size()}, {"read_again", done}, {"dry_run", options.dry_run}},
                options.dry_run
                    ? fmt::format("{} webhooks would be read again. Dry run: nothing was recorded.",
                                  which.size())
                    : fmt::format("{} of {} webhooks were read again.", done, which.size()));
  return exit_code::done;
}

} // namespace tidemark::tools
