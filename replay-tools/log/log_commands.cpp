#include "replay-tools/log/log_commands.hpp"

#include "base/crypto.hpp"
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

/// Prints events one by one.
class Printer {
public:
  Printer(Format format, EventFormOptions form) : format_(format), form_(form) {}

  Result<bool> operator()(const events::StoredEvent& event) {
    ++count_;
    if (format_ == Format::text) {
      print_line(event_line(event.envelope));
    } else {
      TRY(json, event_json(event, form_));
      print_json(json);
    }
    return output_is_open();
  }
  std::uint64_t count() const { return count_; }

private:
  Format format_;
  EventFormOptions form_;
  std::uint64_t count_ = 0;
};

/// For people: the body stands by itself below, not as base64 or in one line.
void print_event(nlohmann::ordered_json json) {
  const auto take = [&](const char* member) {
    const auto found = json.find(member);
    auto text = found == json.end() ? std::string() : found->get<std::string>();
    json.erase(member);
    return text;
  };
  const auto encoded = take("attachment_base64");
  const auto body = take("attachment_text");
  print_line(json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  if (encoded.empty())
    return;
  print_line(body.empty() ? "the body is no text; in base64:" : "the body:");
  print_line(body.empty() ? encoded : body);
}

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

Result<int> log_list(DataFolder& folder, const CommonOptions& common, const LogFilter& filter,
                     const RevealOptions& reveal) {
  TRY(wanted, EventFilter::make(folder, common, filter));
  Printer printer(common.format, {reveal.reveal, false});
  TRYV(wanted.visit(folder.log(), Position{},
                    [&](const auto& event, std::string_view) { return printer(event); }));
  if (printer.count() == 0)
    explain_nothing(filter);
  explain_missing_inputs(filter);
  const auto end = folder.log().durable().value;
  print_summary(common.format, {{"events", printer.count()}, {"durable", end}},
                fmt::format("{} events; the log ends at {}", printer.count(), end));
  return exit_code::done;
}

Result<int> log_show(DataFolder& folder, const CommonOptions& common, std::uint64_t position,
                     const RevealOptions& reveal, bool with_bodies) {
  TRY(event, folder.log().at(Position{position}));
  if (!event || (!common.tenant.empty() && event->envelope.tenant.value != common.tenant))
    return Error{"not_found", fmt::format("there is no event {}{}: the log ends at {}", position,
                                          common.tenant.empty() ? "" : " of this tenant",
                                          folder.log().durable().value)};
  TRY(json, event_json(*event, {reveal.reveal, with_bodies}));
  if (common.format == Format::json)
    print_json(json);
  else
    print_event(std::move(json));
  return exit_code::done;
}

Result<int> log_tail(DataFolder& folder, const CommonOptions& common, const LogFilter& filter,
                     const RevealOptions& reveal, std::uint64_t count) {
  TRY(wanted, EventFilter::make(folder, common, filter));
  explain_missing_inputs(filter);
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  Printer printer(common.format, {reveal.reveal, false});
  const auto show = [&](const auto& event, std::string_view) -> Result<bool> {
    TRY(more, printer(event));
    return more && (count == 0 || printer.count() < count) && interrupted == 0;
  };
  auto after = filter.from > 0 ? Position{filter.from - 1} : folder.log().durable();
  while (interrupted == 0) {
    TRY(last, wanted.visit(folder.log(), after, show));
    std::fflush(stdout);
    after = last;
    const bool reached = filter.to > 0 && after.value >= filter.to;
    if (!output_is_open() || reached || (count > 0 && printer.count() >= count))
      break;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    TRYV(folder.refresh());
  }
  return exit_code::done;
}

Result<int> log_export(DataFolder& folder, const CommonOptions& common, const LogFilter& filter,
                       ExportForm form, const RevealOptions& reveal, bool with_bodies) {
  TRY(wanted, EventFilter::make(folder, common, filter));
  std::uint64_t count = 0;
  events::StoredEvent before; // its hash is the next one's `previoushash`
  Sha256 sum;                 // of the lines of a raw export
  const auto show = [&](const events::StoredEvent& event, std::string_view record) -> Result<bool> {
    ++count;
    const auto position = event.envelope.position;
    if (form == ExportForm::raw) {
      const auto line = to_text(raw_event(event, record));
      sum.update(line);
      sum.update("\n");
      print_line(line);
      before.envelope = event.envelope;
      return output_is_open();
    }
    if (position.value > 1 && before.envelope.position.value + 1 != position.value) {
      TRY(previous, folder.log().at(Position{position.value - 1}));
      if (!previous)
        return Error{"data_damaged", "a position is missing"};
      before = *std::move(previous);
    }
    TRY(json, cloud_event(event, before.envelope.hash, {reveal.reveal, with_bodies}));
    print_json(json);
    before.envelope = event.envelope;
    return output_is_open();
  };
  TRYV(wanted.visit(folder.log(), Position{}, show));
  explain_missing_inputs(filter);
  nlohmann::ordered_json summary{{"events", count}, {"durable", folder.log().durable().value}};
  if (form == ExportForm::raw) {
    summary["head"] = to_hex(before.envelope.hash);
    summary["sha256"] = to_hex(sum.finish());
  }
  print_summary(summary);
  return exit_code::done;
}

} // namespace tidemark::tools
