#include "replay-tools/log/log_commands.hpp"

#include "events/codec.hpp"
#include "replay-tools/log/event_filter.hpp"
#include "replay-tools/log/event_json.hpp"
#include "replay-tools/output.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <thread>

namespace tidemark::tools {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void on_signal(int) {
  interrupted = 1;
}

/// Prints events one by one and remembers what went wrong.
class Printer {
public:
  Printer(Format format, EventFormOptions form) : format_(format), form_(form) {}

  bool operator()(const events::StoredEvent& event) {
    ++count_;
    if (format_ == Format::text) {
      print_line(event_line(event.envelope));
      return output_is_open();
    }
    const auto json = event_json(event, form_);
    if (!json) {
      failure_ = json.error();
      return false;
    }
    print_json(*json);
    return output_is_open();
  }
  std::uint64_t count() const { return count_; }
  const Error& failure() const { return failure_; }

private:
  Format format_;
  EventFormOptions form_;
  std::uint64_t count_ = 0;
  Error failure_;
};

/// Nothing came of the filter: a misspelt name should not look like an empty log.
void explain_nothing(const LogFilter& filter) {
  const auto known = events::known_types();
  if (!filter.type.empty()
      && std::ranges::none_of(known, [&](auto name) { return name.starts_with(filter.type); }))
    warn(fmt::format("no event type that this program knows begins with '{}'; `tidemark log stats` "
                     "counts those of this log",
                     filter.type));
  if (!filter.connector.empty())
    warn(fmt::format(
        "nothing that was asked for came from or went to '{}'; connectors are called as "
        "the name in [[tenants.connectors]] says",
        filter.connector));
}

/// Nobody knew yet whose it was when an input was stored.
void explain_missing_inputs(const LogFilter& filter) {
  if (!filter.contact.empty())
    warn("webhooks and other inputs are stored without a contact, so they are not among these; "
         "`tidemark explain --contact` shows them");
}

} // namespace

int log_list(DataFolder& folder, const CommonOptions& common, const LogFilter& filter,
             const RevealOptions& reveal) {
  const auto wanted = EventFilter::make(folder, common, filter);
  if (!wanted)
    return report(wanted.error());
  Printer printer(common.format, {reveal.reveal, false});
  const auto last =
      wanted->visit(folder.log(), Position{},
                    [&](const auto& event, std::string_view) { return printer(event); });
  if (!last)
    return report(last.error());
  if (!printer.failure().code.empty())
    return report(printer.failure());
  if (printer.count() == 0)
    explain_nothing(filter);
  explain_missing_inputs(filter);
  if (common.format == Format::json)
    print_summary({{"events", printer.count()}, {"durable", folder.log().durable().value}});
  else
    print_line(fmt::format("{} events; the log ends at {}", printer.count(),
                           folder.log().durable().value));
  return exit_code::done;
}

int log_show(DataFolder& folder, const CommonOptions& common, std::uint64_t position,
             const RevealOptions& reveal, bool with_bodies) {
  const auto event = folder.log().at(Position{position});
  if (!event)
    return report(event.error());
  const bool of_another =
      event.value() && !common.tenant.empty() && (*event)->envelope.tenant.value != common.tenant;
  if (!event.value() || of_another)
    return report({"not_found", fmt::format("there is no event {}{}: the log ends at {}", position,
                                            common.tenant.empty() ? "" : " of this tenant",
                                            folder.log().durable().value)});
  const auto json = event_json(*event.value(), {reveal.reveal, with_bodies});
  if (!json)
    return report(json.error());
  if (common.format == Format::json)
    print_json(*json);
  else
    print_line(json->dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  return exit_code::done;
}

int log_tail(DataFolder& folder, const CommonOptions& common, const LogFilter& filter,
             const RevealOptions& reveal, std::uint64_t count) {
  const auto wanted = EventFilter::make(folder, common, filter);
  if (!wanted)
    return report(wanted.error());
  explain_missing_inputs(filter);
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  Printer printer(common.format, {reveal.reveal, false});
  auto after = filter.from > 0 ? Position{filter.from - 1} : folder.log().durable();
  while (interrupted == 0) {
    const auto last = wanted->visit(folder.log(), after, [&](const auto& event, std::string_view) {
      return printer(event) && (count == 0 || printer.count() < count) && interrupted == 0;
    });
    if (!last)
      return report(last.error());
    if (!printer.failure().code.empty())
      return report(printer.failure());
    std::fflush(stdout);
    after = *last;
    const bool reached = filter.to > 0 && after.value >= filter.to;
    if (!output_is_open() || reached || (count > 0 && printer.count() >= count))
      break;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    if (const auto status = folder.refresh(); !status)
      return report(status.error());
  }
  return exit_code::done;
}

int log_stats(DataFolder& folder, const CommonOptions& common) {
  struct Count {
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;
  };
  std::map<std::string, Count, std::less<>> types;
  Count all;
  Timestamp first{};
  Timestamp newest{};
  Error failure;
  const auto last = folder.log().read(Position{}, SIZE_MAX, [&](std::string_view record) {
    const auto header = events::read_header(record);
    if (!header) {
      failure = header.error();
      return false;
    }
    if (!common.tenant.empty() && header->tenant != common.tenant)
      return true;
    auto found = types.find(header->type);
    if (found == types.end())
      found = types.emplace(std::string(header->type), Count{}).first;
    for (auto* count : {&found->second, &all}) {
      ++count->events;
      count->bytes += record.size();
    }
    if (all.events == 1)
      first = header->recorded_at;
    newest = header->recorded_at;
    return true;
  });
  if (!last || !failure.code.empty())
    return report(last ? failure : last.error());
  for (const auto& [type, count] : types)
    if (common.format == Format::json)
      print_json({{"type", type}, {"events", count.events}, {"bytes", count.bytes}});
    else
      print_line(fmt::format("{:<30} {:>10} events {:>14} bytes", type, count.events, count.bytes));
  nlohmann::ordered_json summary{{"events", all.events}, {"bytes", all.bytes}};
  summary["first"] = all.events > 0 ? nlohmann::ordered_json(to_rfc3339(first)) : nullptr;
  summary["last"] = all.events > 0 ? nlohmann::ordered_json(to_rfc3339(newest)) : nullptr;
  if (common.format == Format::json)
    print_summary(summary);
  else
    print_line(fmt::format("{:<30} {:>10} events {:>14} bytes", "all", all.events, all.bytes));
  return exit_code::done;
}

int log_export(DataFolder& folder, const CommonOptions& common, const LogFilter& filter,
               ExportForm form, const RevealOptions& reveal, bool with_bodies) {
  const auto wanted = EventFilter::make(folder, common, filter);
  if (!wanted)
    return report(wanted.error());
  std::uint64_t count = 0;
  Error failure;
  events::StoredEvent before; // its hash is the next one's `previoushash`
  const auto print = [&](const events::StoredEvent& event, std::string_view record) {
    ++count;
    const auto position = event.envelope.position;
    if (form == ExportForm::raw) {
      print_json(raw_event(event, record));
      return output_is_open();
    }
    if (position.value > 1 && before.envelope.position.value + 1 != position.value) {
      auto previous = folder.log().at(Position{position.value - 1});
      if (!previous || !previous.value()) {
        failure = previous ? Error{"data_damaged", "a position is missing"} : previous.error();
        return false;
      }
      before = std::move(*previous.value());
    }
    const auto json = cloud_event(event, before.envelope.hash, {reveal.reveal, with_bodies});
    if (!json) {
      failure = json.error();
      return false;
    }
    print_json(*json);
    before.envelope = event.envelope;
    return output_is_open();
  };
  const auto last = wanted->visit(folder.log(), Position{}, print);
  if (!last || !failure.code.empty())
    return report(last ? failure : last.error());
  explain_missing_inputs(filter);
  print_summary({{"events", count}, {"durable", folder.log().durable().value}});
  return exit_code::done;
}

} // namespace tidemark::tools
