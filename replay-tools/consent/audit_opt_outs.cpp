#include "replay-tools/consent/audit_opt_outs.hpp"

#include "base/crypto.hpp"
#include "base/secret.hpp"
#include "domain/contacts/consent_words.hpp"
#include "domain/rules/cause.hpp"
#include "domain/rules/normalise.hpp"
#include "events/format/tags.hpp"
#include "projections/consent/opt_out_json.hpp"
#include "replay-tools/consent/opt_out_fold.hpp"
#include "replay-tools/contact_key.hpp"
#include "replay-tools/output.hpp"
#include "storage/recorded_event.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <fstream>

namespace tidemark::tools {
namespace {

namespace consent_words = domain::consent_words;
using Json = nlohmann::ordered_json;
using projections::AddressView;

constexpr std::string_view unsigned_note =
    "This report is not signed: signed checkpoints do not exist yet. Its SHA-256 is over the "
    "member "
    "`report` written as compact JSON; whoever has the log can make the same report again at this "
    "position and compare both it and the log's hash.";

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

Result<Window> window_of(const AuditOptions& options, Timestamp now) {
  TRY(as_of, time_named("--as-of", options.as_of));
  TRY(from, time_named("--from", options.from));
  TRY(until, time_named("--until", options.until));
  if (from && until && *from >= *until)
    return Error{"bad_usage", "--from is not before --until, so nothing lies between them: "
                              "swap the two"};
  if (as_of && *as_of > now)
    return Error{"bad_usage", "--as-of lies in the future, and nothing is known of it: give a time "
                              "that has passed, or leave it out"};
  if (from && as_of && *from > *as_of)
    return Error{"bad_usage", "--from is later than --as-of, so nothing lies between them: "
                              "give a --from before it"};
  return Window{as_of, from, until};
}

/// An address that was asked for, normalised.
struct Asked {
  events::Field kind = events::Field::phone;
  std::string value;
  std::string hash;
  std::string mailbox_hash{}; ///< of the form that all spellings of the e-mail share, if another
};

Result<Asked> asked_address(DataFolder& folder, const KeyedHasher& hasher, const TenantId& tenant,
                            const std::string& text) {
  using events::Field;
  Asked out;
  if (text.find('@') != std::string::npos) {
    out.kind = Field::email;
    out.value = domain::identity_key(Field::email, domain::normalised(Field::email, text, ""));
    out.hash = to_hex(events::email_hash(hasher, tenant, out.value));
    if (const auto mailbox = domain::shared_mailbox(out.value); !mailbox.empty())
      out.mailbox_hash = to_hex(events::email_hash(hasher, tenant, mailbox));
  } else {
    const auto region = default_region_of(folder.log(), tenant);
    out.value = phone_named(text, region).value_or("");
    out.hash = to_hex(events::phone_hash(hasher, tenant, out.value));
  }
  if (out.value.empty())
    return Error{"bad_usage", "--address is neither a phone number nor an e-mail address; write a "
                              "phone number with its country code"};
  return out;
}

Result<std::vector<AddressView>> addresses(const OptOutRows& folded, const TenantId& tenant,
                                           const std::optional<Asked>& asked) {
  std::vector<AddressView> out;
  const auto scan = folded.scan();
  const auto add = [&](const std::string& hash) -> Status {
    TRY(view, projections::opt_outs_of(scan, tenant, hash));
    out.push_back(std::move(view));
    return Done{};
  };
  if (asked) {
    TRYV(add(asked->hash));
    if (out.back().history.empty() && !asked->mailbox_hash.empty()) { // said of all spellings
      out.clear();
      TRYV(add(asked->mailbox_hash));
    }
    out.back().address = asked->value;
    out.back().kind = asked->kind;
    return out;
  }
  std::string after;
  do {
    TRY(page, projections::opt_out_addresses(scan, tenant, after, 100));
    for (const auto& hash : page.items) {
      TRYV(add(hash));
    }
    after = page.next;
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
Result<std::optional<Json>> entry_of(const storage::LogStore& log, AddressView view,
                                     const Window& window, bool asked, bool in_full,
                                     Timestamp now) {
  auto json = projections::opt_out_json(view, in_full ? view.address : masked(view), now);
  std::erase_if(view.history,
                [&](const auto& each) { return !window.holds(each.change.received_at); });
  std::erase_if(view.propagation, [&](const auto& each) { return !window.holds(each.since); });
  std::erase_if(view.violations, [&](const auto& each) { return !window.holds(each.at); });
  std::erase_if(view.allowed_calls, [&](const auto& each) { return !window.holds(each.call.at); });
  if (!asked && view.history.empty() && view.propagation.empty() && view.violations.empty()
      && view.allowed_calls.empty())
    return std::optional<Json>();
  json["propagation"] = json["violations"] = json["allowed_calls"] = json["history"] =
      Json::array();
  for (const auto& each : view.history) {
    TRY(input, storage::recorded_event(log, each.change.input));
    auto said = projections::statement_json(each, domain::found_by(input.event));
    if (!in_full && !said["reason"].is_null())
      said["reason"] = "***"; // free words, in which anything may stand
    json["history"].push_back(std::move(said));
  }
  for (const auto& each : view.propagation)
    json["propagation"].push_back(projections::told_json(each));
  for (const auto& each : view.violations)
    json["violations"].push_back(projections::violation_json(each));
  for (const auto& each : view.allowed_calls) {
    json["allowed_calls"].push_back(projections::allowed_call_json(each));
    if (!in_full)
      json["allowed_calls"].back()["reason"] = "***";
  }
  return std::optional(std::move(json));
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
}

/// The text with the members in the places of its braces.
template <class... Names>
std::string filled(std::string_view text, const Json& object, const Names&... members) {
  return fmt::format(fmt::runtime(text), text_of(object[members])...);
}

/// What became of telling a system; a yes that leaves something to a person is called no more than
/// that.
std::string told_text(const Json& told) {
  if (!told["forwarded"].is_null())
    return fmt::format("{} at event {} after {} s: {}", consent_words::forwarded,
                       text_of(told["forwarded"]), text_of(told["seconds"]), text_of(told["text"]));
  const auto done = "done by hand, as event " + text_of(told["done_by_hand"]) + " says";
  if (told["confirmed"].is_null() && !told["done_by_hand"].is_null())
    return done;
  if (told["confirmed"].is_null())
    return fmt::format("{} ({})", consent_words::not_confirmed, text_of(told["state"]))
           + (told["text"].is_null() ? "" : ": " + text_of(told["text"]))
           + (told["next_step"].is_null() ? "" : " " + text_of(told["next_step"]));
  const auto answer = reason_named(text_of(told["reason_code"])).value_or(Reason::none);
  const auto word = consent_words::of_yes(answer);
  auto out = fmt::format("{} at event {} after {} s", word, text_of(told["confirmed"]),
                         text_of(told["seconds"]));
  const bool lifted = !told["lifted"].is_null();
  if (!told["done_by_hand"].is_null())
    return out + "; " + done;
  if (!told["next_step"].is_null() && !lifted)
    return out
           + fmt::format(": {} To do by hand: {}", text_of(told["text"]),
                         text_of(told["next_step"]));
  if (word == consent_words::confirmed && told["read_back"].get<bool>())
    out += ", read back";
  if (!told["mark_seen"].is_null())
    out += "; the mark that a person set there came with event " + text_of(told["mark_seen"]);
  return out + (lifted ? "; lifted since" : "");
}

void print_statement(const Json& said) {
  print_line(filled("  {:>8}  {}  {} {} by {} ({}, {}, rule {}), decided at event {}", said,
                    "position", "received_at", "channel", "change", "by", "source", "evidence",
                    "rule", "decided")
             + (said["found_by"].is_null() ? "" : ", found by " + text_of(said["found_by"]))
             + (said["reason"].is_null() ? "" : ": " + text_of(said["reason"])));
  if (!said["reason_code"].is_null())
    print_line(filled("            {}: {}", said, "reason_code", "text"));
  if (!said["alias_of"].is_null())
    print_line("            said about the address with the hash " + text_of(said["alias_of"]));
}

void print_text(const Json& entry) {
  const auto address = text_of(entry["address"]);
  print_line(address.empty() ? "address known by its hash " + text_of(entry["address_hash"])
                             : address);
  for (const auto& [name, channel] : entry["channels"].items()) {
    auto line = fmt::format("  {:<9} {}", name, text_of(channel["state"]));
    if (!channel["since"].is_null())
      line += filled(" since {} (event {})", channel, "since", "position");
    print_line(line + (channel["in_review"].get<bool>() ? ", and a message waits for review" : ""));
  }
  for (const auto& said : entry["history"])
    print_statement(said);
  for (const auto& told : entry["propagation"])
    print_line(
        filled("  {:>8}  contact {}: {} {}: ", told, "intended", "contact", "target", "action")
        + told_text(told));
  for (const auto& untold : entry["not_propagated"])
    print_line(
        filled("            contact {}: {} was not told: {}", untold, "contact", "target", "text"));
  for (const auto& due : entry["deadlines"])
    print_line(
        filled("            {} for event {}: due {}, {}", due, "rule", "opt_out", "due", "state"));
  for (const auto& violation : entry["violations"])
    print_line(violation["call"].is_null()
                   ? filled("  VIOLATION at event {}: {} sent {} at {} against event {}", violation,
                            "position", "connector", "channel", "at", "opt_out")
                   : filled("  VIOLATION at event {}: {} placed the call {} (agent {}) at {} "
                            "against event {}",
                            violation, "position", "connector", "call", "agent", "at", "opt_out"));
  for (const auto& call : entry["allowed_calls"])
    print_line(filled("            call {} by {} at {}, allowed by {} in event {}: {}", call,
                      "call", "connector", "at", "by", "allowance", "reason"));
}

void print_report(Format format, const Json& entries, const Json& summary) {
  for (const auto& entry : entries)
    format == Format::json ? print_json(entry) : print_text(entry);
  if (const auto unknown = summary["unknown_events"].get<std::uint64_t>(); unknown > 0)
    warn(fmt::format("{} events have types that this program does not know, so the report may lack "
                     "something: use the version that wrote them",
                     unknown));
  print_summary(format, summary,
                filled("{} addresses, {} violations; as of {}, event {} of the log (hash {})",
                       summary, "addresses", "violations", "as_of", "position", "hash"));
}

Status write_report(const std::string& path, const Json& report) {
  const Json whole{{"report", report},
                   {"sha256", sha256_hex(to_text(report))},
                   {"signed", false},
                   {"signature", nullptr},
                   {"note", unsigned_note}};
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << to_text(whole) << '\n';
  file.close();
  if (!file)
    return Error{"storage_failed", "the report could not be written to " + path
                                       + ": check the folder and the space left"};
  return Done{};
}

} // namespace

Result<int> audit_opt_outs(DataFolder& folder, const CommonOptions& common,
                           const AuditOptions& options, const RevealOptions& reveal) {
  const auto today =
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  TRY(window, window_of(options, today));
  TRY(tenant, tenant_of(common, folder.log()));
  TRY(hasher, folder.hasher());
  std::optional<Asked> asked;
  if (!options.all) {
    TRY(one, asked_address(folder, hasher, tenant, options.address));
    asked = std::move(one);
  }
  TRY(folded, fold_opt_outs(folder.log(), hasher, window.as_of));
  TRY(views, addresses(folded.rows, tenant, asked));
  const auto now = window.as_of.value_or(today);
  Json entries = Json::array();
  std::size_t violations = 0;
  for (auto& view : views) {
    TRY(entry, entry_of(folder.log(), std::move(view), window, asked.has_value(),
                        asked.has_value() || reveal.reveal, now));
    if (!entry)
      continue;
    violations += (*entry)["violations"].size();
    entries.push_back(std::move(*entry));
  }
  const Json summary{{"tenant", tenant.value},     {"addresses", entries.size()},
                     {"violations", violations},   {"unknown_events", folded.unknown},
                     {"as_of", to_rfc3339(now)},   {"position", folded.position.value},
                     {"hash", to_hex(folded.hash)}};
  if (!options.out.empty()) {
    TRYV(write_report(options.out, {{"summary", summary}, {"addresses", entries}}));
  }
  print_report(common.format, entries, summary);
  return violations == 0 && folded.unknown == 0 ? exit_code::done : exit_code::does_not_hold;
}

} // namespace tidemark::tools
