#include "replay-tools/audit_opt_outs.hpp"

#include "base/crypto.hpp"
#include "base/phone.hpp"
#include "base/secret.hpp"
#include "domain/normalise.hpp"
#include "events/tags.hpp"
#include "projections/fold.hpp"
#include "projections/opt_out_json.hpp"
#include "projections/opt_outs.hpp"
#include "replay-tools/contact_key.hpp"
#include "replay-tools/output.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <fstream>
#include <map>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;
using projections::AddressView;

constexpr std::string_view unsigned_note =
    "This report is not signed: signed checkpoints do not exist yet. Its SHA-256 is over the "
    "member "
    "`report` written as compact JSON; whoever has the log can make the same report again at this "
    "position and compare both it and the log's hash.";

/// The rows of the projection, in memory.
class Rows {
public:
  void take(const projections::RowBatch& batch) {
    for (const auto row : batch)
      if (row.value)
        rows_.insert_or_assign(std::string(row.key), std::string(*row.value));
      else
        rows_.erase(std::string(row.key));
  }
  projections::Scan scan() const {
    return [this](std::string_view, std::string_view prefix, std::string_view after,
                  const projections::RowVisitor& visit) -> Status {
      auto next = after < prefix ? rows_.lower_bound(prefix) : rows_.upper_bound(after);
      for (; next != rows_.end() && next->first.starts_with(prefix); ++next)
        if (!visit(next->first, next->second))
          break;
      return Done{};
    };
  }

private:
  std::map<std::string, std::string, std::less<>> rows_;
};

/// Options as times; none where nothing was asked for.
struct Window {
  std::optional<Timestamp> as_of;
  std::optional<Timestamp> from;
  std::optional<Timestamp> until;
  bool holds(Timestamp at) const { return (!from || at >= *from) && (!until || at < *until); }
};

Result<std::optional<Timestamp>> time_named(std::string_view option, const std::string& text) {
  if (text.empty())
    return std::optional<Timestamp>{};
  const auto time = from_rfc3339(text);
  if (!time)
    return Error{"bad_usage", fmt::format("{} is a time in RFC 3339 with its zone, such as "
                                          "2026-01-05T10:00:00Z",
                                          option)};
  return std::optional(*time);
}

Result<Window> window_of(const AuditOptions& options) {
  const auto as_of = time_named("--as-of", options.as_of);
  const auto from = time_named("--from", options.from);
  const auto until = time_named("--until", options.until);
  for (const auto* each : {&as_of, &from, &until})
    if (!*each)
      return each->error();
  if (*from && *until && **from >= **until)
    return Error{"bad_usage", "--from is not before --until, so nothing lies between them: "
                              "swap the two"};
  if (*from && *as_of && **from > **as_of)
    return Error{"bad_usage", "--from is later than --as-of, so nothing lies between them: "
                              "give a --from before it"};
  return Window{*as_of, *from, *until};
}

/// What the log says up to a point.
struct Folded {
  Rows rows;
  Position position;
  Digest hash{};
  std::uint64_t unknown = 0;
};

Result<Folded> fold_log(DataFolder& folder, const KeyedHasher& hasher,
                        const std::optional<Timestamp>& as_of) {
  Folded out;
  projections::Fold fold({&projections::opt_outs}, hasher);
  projections::RowBatch rows;
  projections::RowBatch* const batches[]{&rows};
  Error failure;
  const auto last = folder.log().read(Position{}, SIZE_MAX, [&](std::string_view record) {
    const auto header = events::read_header(record);
    if (!header)
      return failure = header.error(), false;
    if (as_of && header->recorded_at > *as_of)
      return false; // times never go back along the log
    if (const auto fed = fold.feed(record, batches); !fed)
      return failure = fed.error(), false;
    out.position = header->position;
    out.rows.take(rows);
    rows.clear();
    return true;
  });
  if (!last || !failure.code.empty())
    return last ? failure : last.error();
  out.unknown = fold.unknown_count();
  if (out.position != Position{}) {
    const auto newest = folder.log().at(out.position);
    if (!newest)
      return newest.error();
    if (newest.value())
      out.hash = (*newest)->envelope.hash;
  }
  return out;
}

/// An address that was asked for, normalised.
struct Asked {
  events::Field kind = events::Field::phone;
  std::string value;
  std::string hash;
};

Result<Asked> asked_address(DataFolder& folder, const KeyedHasher& hasher, const TenantId& tenant,
                            const std::string& text) {
  using events::Field;
  Asked out;
  if (text.find('@') != std::string::npos) {
    out.kind = Field::email;
    out.value = domain::identity_key(Field::email, domain::normalised(Field::email, text, ""));
    out.hash = to_hex(events::email_hash(hasher, tenant, out.value));
  } else {
    const auto region = default_region_of(folder.log(), tenant);
    constexpr std::size_t shortest_with_country = 10; // digits: shorter ones are local numbers
    if (const auto number = to_e164(text, region))
      out.value = *number;
    else if (text.size() >= shortest_with_country)
      out.value = to_e164("+" + text, region).value_or("");
    out.hash = to_hex(events::phone_hash(hasher, tenant, out.value));
  }
  if (out.value.empty())
    return Error{"bad_usage", "--address is neither a phone number nor an e-mail address; write a "
                              "phone number with its country code"};
  return out;
}

Result<std::vector<AddressView>> addresses(const Folded& folded, const TenantId& tenant,
                                           const std::optional<Asked>& asked) {
  std::vector<AddressView> out;
  const auto scan = folded.rows.scan();
  const auto add = [&](const std::string& hash) -> Status {
    auto view = projections::opt_outs_of(scan, tenant, hash);
    if (!view)
      return view.error();
    out.push_back(std::move(*view));
    return Done{};
  };
  if (asked) {
    if (const auto status = add(asked->hash); !status)
      return status.error();
    out.back().address = asked->value;
    out.back().kind = asked->kind;
    return out;
  }
  std::string after;
  do {
    const auto page = projections::opt_out_addresses(scan, tenant, after, 100);
    if (!page)
      return page.error();
    for (const auto& hash : page->items)
      if (const auto status = add(hash); !status)
        return status.error();
    after = page->next;
  } while (!after.empty());
  return out;
}

std::string masked(const AddressView& view) {
  if (view.address.empty())
    return "";
  return view.kind == events::Field::email ? masked_email(view.address)
                                           : masked_phone(view.address);
}

/// What stands is told as of the report's time; the lists only for the window. An address with
/// nothing in it is left out, unless it was asked for.
std::optional<Json> entry_of(AddressView view, const Window& window, bool asked, bool in_full,
                             Timestamp now) {
  auto json = projections::opt_out_json(view, in_full ? view.address : masked(view), now);
  std::erase_if(view.history,
                [&](const auto& each) { return !window.holds(each.change.received_at); });
  std::erase_if(view.propagation, [&](const auto& each) { return !window.holds(each.since); });
  std::erase_if(view.violations, [&](const auto& each) { return !window.holds(each.at); });
  if (!asked && view.history.empty() && view.propagation.empty() && view.violations.empty())
    return std::nullopt;
  json["propagation"] = json["violations"] = json["history"] = Json::array();
  for (const auto& each : view.history) {
    auto said = projections::statement_json(each);
    if (!in_full && !said["reason"].is_null())
      said["reason"] = "***"; // free words, in which anything may stand
    json["history"].push_back(std::move(said));
  }
  for (const auto& each : view.propagation)
    json["propagation"].push_back(projections::told_json(each));
  for (const auto& each : view.violations)
    json["violations"].push_back(projections::violation_json(each));
  return json;
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
}

/// What became of telling a system; a yes that leaves something to a person is called no more than
/// that.
std::string told_text(const Json& told) {
  if (told["confirmed"].is_null())
    return "not confirmed (" + text_of(told["state"]) + ")";
  const auto when =
      fmt::format("at event {} after {} s", text_of(told["confirmed"]), text_of(told["seconds"]));
  if (!told["next_step"].is_null())
    return fmt::format("taken in part {}: {} To do by hand: {}", when, text_of(told["text"]),
                       text_of(told["next_step"]));
  if (!told["mark_seen"].is_null())
    return fmt::format("taken in part {}; the mark that a person set there came with event {}",
                       when, text_of(told["mark_seen"]));
  if (told["marked"].is_null() && told["action"] == "opt_out")
    return fmt::format("taken in part {}; lifted since", when);
  return fmt::format("confirmed {}{}", when, told["read_back"].get<bool>() ? ", read back" : "");
}

void print_text(const Json& entry) {
  const auto address = text_of(entry["address"]);
  print_line(address.empty() ? "address known by its hash " + text_of(entry["address_hash"])
                             : address);
  for (const auto& [name, channel] : entry["channels"].items()) {
    auto line = fmt::format("  {:<9} {}", name, text_of(channel["state"]));
    if (!channel["since"].is_null())
      line += fmt::format(" since {} (event {})", text_of(channel["since"]),
                          text_of(channel["position"]));
    print_line(line + (channel["in_review"].get<bool>() ? ", and a message waits for review" : ""));
  }
  for (const auto& said : entry["history"])
    print_line(fmt::format(
        "  {:>8}  {}  {} {} by {} ({}, {}, rule {}){}", text_of(said["position"]),
        text_of(said["received_at"]), text_of(said["channel"]), text_of(said["change"]),
        text_of(said["by"]), text_of(said["source"]), text_of(said["evidence"]),
        text_of(said["rule"]), said["reason"].is_null() ? "" : ": " + text_of(said["reason"])));
  for (const auto& told : entry["propagation"])
    print_line(fmt::format("  {:>8}  {} {}: {}", text_of(told["intended"]), text_of(told["target"]),
                           text_of(told["action"]), told_text(told)));
  for (const auto& untold : entry["not_told"])
    print_line(fmt::format("            {} was not told: {}", text_of(untold["target"]),
                           text_of(untold["text"])));
  for (const auto& due : entry["deadlines"])
    print_line(fmt::format("            {} for event {}: due {}, {}", text_of(due["rule"]),
                           text_of(due["opt_out"]), text_of(due["due"]), text_of(due["state"])));
  for (const auto& violation : entry["violations"])
    print_line(fmt::format("  VIOLATION at event {}: {} sent {} at {} against event {}",
                           text_of(violation["position"]), text_of(violation["connector"]),
                           text_of(violation["channel"]), text_of(violation["at"]),
                           text_of(violation["opt_out"])));
}

int write_report(const std::string& path, const Json& report_json) {
  const auto text = report_json.dump(-1, ' ', false, Json::error_handler_t::replace);
  const Json whole{{"report", report_json},
                   {"sha256", to_hex(sha256(text))},
                   {"signed", false},
                   {"signature", nullptr},
                   {"note", unsigned_note}};
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << whole.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  file.close();
  if (!file)
    return report({"storage_failed", "the report could not be written to " + path
                                         + ": check the folder and the space left"});
  return exit_code::done;
}

} // namespace

int audit_opt_outs(DataFolder& folder, const CommonOptions& common, const AuditOptions& options,
                   const RevealOptions& reveal) {
  const auto window = window_of(options);
  const auto tenant = tenant_of(common, folder.log());
  const auto hasher = hasher_of(folder.path());
  if (!window || !tenant || !hasher)
    return report(!window ? window.error() : !tenant ? tenant.error() : hasher.error());
  std::optional<Asked> asked;
  if (!options.all) {
    auto one = asked_address(folder, *hasher, *tenant, options.address);
    if (!one)
      return report(one.error());
    asked = std::move(*one);
  }
  const auto folded = fold_log(folder, *hasher, window->as_of);
  if (!folded)
    return report(folded.error());
  if (folded->unknown > 0)
    warn("some events have types that this program does not know: use the version that wrote them");
  auto views = addresses(*folded, *tenant, asked);
  if (!views)
    return report(views.error());
  const auto now = window->as_of.value_or(
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
  Json entries = Json::array();
  std::size_t violations = 0;
  for (auto& view : *views)
    if (auto entry = entry_of(std::move(view), *window, asked.has_value(),
                              asked.has_value() || reveal.reveal, now)) {
      violations += (*entry)["violations"].size();
      entries.push_back(std::move(*entry));
    }
  const Json summary{{"tenant", tenant->value},
                     {"addresses", entries.size()},
                     {"violations", violations},
                     {"as_of", to_rfc3339(now)},
                     {"position", folded->position.value},
                     {"hash", to_hex(folded->hash)}};
  if (!options.out.empty())
    if (const int failed =
            write_report(options.out, {{"summary", summary}, {"addresses", entries}});
        failed != exit_code::done)
      return failed;
  for (const auto& entry : entries)
    common.format == Format::json ? print_json(entry) : print_text(entry);
  if (common.format == Format::json)
    print_summary(summary);
  else
    print_line(fmt::format("{} addresses, {} violations; as of {}, event {} of the log (hash {})",
                           entries.size(), violations, to_rfc3339(now), folded->position.value,
                           to_hex(folded->hash)));
  return violations == 0 ? exit_code::done : exit_code::does_not_hold;
}

} // namespace tidemark::tools
