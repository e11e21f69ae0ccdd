#include "replay-tools/imports/import_commands.hpp"

#include "base/crypto.hpp"
#include "replay-tools/contact_key.hpp"
#include "replay-tools/imports/contact_rows.hpp"
#include "replay-tools/imports/import_run.hpp"
#include "replay-tools/imports/message_rows.hpp"
#include "replay-tools/imports/opt_out_rows.hpp"
#include "replay-tools/output.hpp"

#include <fmt/format.h>

#include <chrono>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

Status check_reason(const ImportOptions& options) {
  if (!options.dry_run && options.reason.empty())
    return Error{"bad_usage",
                 "say with --reason what list it is; it is kept. --dry-run needs none"};
  return Done{};
}

std::vector<ImportItem> rows_of(const std::vector<ListedOptOut>& listed) {
  std::vector<ImportItem> out;
  for (const auto& item : listed) {
    Json row{{item.kind == events::Field::phone ? "phone" : "email", item.address},
             {"channel", item.channel}};
    if (!item.at.empty())
      row["at"] = item.at;
    out.push_back({item.line, std::move(row)});
  }
  return out;
}

std::vector<ImportItem> rows_of(const std::vector<ListedContact>& listed) {
  std::vector<ImportItem> out;
  for (const auto& item : listed) {
    Json row{{"fields", item.fields}};
    if (!item.id.empty())
      row["id"] = item.id;
    if (!item.tags.empty())
      row["tags"] = item.tags;
    out.push_back({item.line, std::move(row)});
  }
  return out;
}

std::string summary_of(const ImportOptions& options, const ImportRun& run, std::size_t before,
                       std::size_t left, std::size_t bad) {
  if (options.dry_run)
    return fmt::format("{} rows can be taken; {} faults in rows. Dry run: nothing was sent, and it "
                       "was not looked up what was taken before.",
                       before + left, bad);
  return fmt::format("{} addresses taken, {} had been taken before; {} faults in rows.",
                     run.count("taken"), run.count("repeated") + before, bad);
}

void print_contacts(const CommonOptions& common, const ImportOptions& options, const ImportRun& run,
                    Json summary, std::size_t before, std::size_t bad) {
  std::string text;
  if (options.dry_run) {
    for (const auto* name : {"new", "changed", "same"})
      summary[name] = run.count(name);
    text = fmt::format("{} rows are of people who are not known, {} say something else than is "
                       "known, {} say nothing new; {} faults in rows. Dry run: nothing was stored.",
                       run.count("new"), run.count("changed"), run.count("same"), bad);
  } else {
    text = fmt::format("{} contacts taken, {} had been taken before; {} faults in rows.",
                       run.count("taken"), run.count("repeated") + before, bad);
  }
  print_summary(common.format, std::move(summary), text);
}

std::vector<ImportItem> rows_of(const std::vector<ListedMessage>& listed) {
  std::vector<ImportItem> out;
  for (const auto& item : listed)
    out.push_back({item.line, Json(item.members)});
  return out;
}

ImportRoute route_of_source(const std::string& list, const std::string& hash,
                            const ImportOptions& options) {
  Json head{{"file_hash", hash}, {"dry_run", options.dry_run}};
  if (!options.source.empty())
    head["source"] = options.source;
  if (!options.reason.empty())
    head["reason"] = options.reason;
  const auto of_source = options.source.empty() ? "" : "&source=" + options.source;
  return {list, "/api/v1/" + list + "/import", "file_hash=" + hash + of_source, std::move(head),
          options.rate};
}

/// A list on its way into the service, and what came of it.
struct TakenList {
  ImportRun run;
  Json summary;
  std::size_t before; ///< that an earlier run had brought; a dry run says of all what is known
  std::size_t bad;
};

Result<TakenList> take_list(const CommonOptions& common, const ImportOptions& options,
                            ServiceApi& service, const std::string& list, std::string_view bytes,
                            const std::vector<ImportItem>& items, std::vector<BadRow> bad,
                            const std::set<std::string>& left_out) {
  for (const auto& column : left_out)
    warn(fmt::format("The column {} is not read.", column));
  const auto hash = sha256_hex(bytes);
  ImportRun run(service, route_of_source(list, hash, options));
  std::size_t before = 0;
  if (!options.dry_run) {
    TRY(taken, run.taken_before(items));
    before = taken;
  }
  TRYV(run.send(std::span<const ImportItem>(items).subspan(before), bad));
  const auto faults = bad.size();
  show_bad(common.format, std::move(bad));
  Json summary{{"file_hash", hash},
               {"action", run.action()},
               {list, items.size()},
               {"taken", run.count("taken")},
               {"taken_before", run.count("repeated") + before},
               {"faults", faults},
               {"columns_not_read", left_out},
               {"dry_run", options.dry_run}};
  return TakenList{std::move(run), std::move(summary), before, faults};
}

void print_messages(const CommonOptions& common, const ImportOptions& options, const ImportRun& run,
                    Json summary, std::size_t before, std::size_t bad) {
  std::string text;
  if (options.dry_run) {
    for (const auto* name : {"fine", "of_nobody", "opt_outs"})
      summary[name] = run.count(name);
    text = fmt::format("{} messages can be taken, {} of them of people who are not known: they "
                       "would wait, so import the contacts first. {} are opt-outs, which hold. {} "
                       "faults in rows. Dry run: nothing was stored.",
                       run.count("fine"), run.count("of_nobody"), run.count("opt_outs"), bad);
  } else {
    summary["opt_outs"] = run.count("opt_outs");
    text =
        fmt::format("{} messages taken, {} had been taken before; {} of those sent are "
                    "opt-outs; {} faults in rows.",
                    run.count("taken"), run.count("repeated") + before, run.count("opt_outs"), bad);
  }
  print_summary(common.format, std::move(summary), text);
}

} // namespace

Result<int> import_opt_outs(const CommonOptions& common, const ImportOptions& options) {
  TRYV(check_reason(options));
  TRY(bytes, list_bytes(options.file));
  TRY(service, ServiceApi::open(common));
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  TRY(listed, read_opt_outs(bytes, {default_region_of(service.reader().log(), service.tenant()),
                                    options.channel, now}));
  const auto hash = sha256_hex(bytes);
  const auto items = rows_of(listed.items);
  ImportRun run(service,
                {"opt_outs",
                 "/api/v1/opt-outs/import",
                 "file_hash=" + hash + "&channel=" + options.channel,
                 {{"file_hash", hash}, {"channel", options.channel}, {"reason", options.reason}},
                 options.rate});
  TRY(before, run.taken_before(items));
  const auto left = std::span<const ImportItem>(items).subspan(before);
  if (!options.dry_run) {
    TRYV(run.send(left, listed.bad));
  }
  const auto bad = listed.bad.size();
  show_bad(common.format, std::move(listed.bad));
  print_summary(common.format,
                {{"file_hash", hash},
                 {"action", run.action()},
                 {"addresses", items.size()},
                 {"taken", run.count("taken")},
                 {"taken_before", options.dry_run ? Json() : Json(run.count("repeated") + before)},
                 {"faults", bad},
                 {"dry_run", options.dry_run}},
                summary_of(options, run, before, left.size(), bad));
  return bad == 0 ? exit_code::done : exit_code::does_not_hold;
}

Result<int> import_contacts(const CommonOptions& common, const ImportOptions& options) {
  TRYV(check_reason(options));
  TRY(bytes, list_bytes(options.file));
  TRY(service, ServiceApi::open(common));
  TRY(listed, read_contacts(bytes, default_region_of(service.reader().log(), service.tenant()),
                            !options.source.empty()));
  for (const auto& column : listed.about_consent)
    warn(fmt::format("The column {} is not read: an import of contacts opts nobody in.", column));
  TRY(taken, take_list(common, options, service, "contacts", bytes, rows_of(listed.items),
                       std::move(listed.bad), listed.left_out));
  taken.summary["columns_of_consent"] = listed.about_consent;
  print_contacts(common, options, taken.run, std::move(taken.summary), taken.before, taken.bad);
  return taken.bad == 0 ? exit_code::done : exit_code::does_not_hold;
}

Result<int> import_messages(const CommonOptions& common, const ImportOptions& options) {
  TRYV(check_reason(options));
  TRY(bytes, list_bytes(options.file));
  TRY(service, ServiceApi::open(common));
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  TRY(listed, read_messages(bytes, {default_region_of(service.reader().log(), service.tenant()),
                                    !options.source.empty(), now}));
  TRY(taken, take_list(common, options, service, "messages", bytes, rows_of(listed.items),
                       std::move(listed.bad), listed.left_out));
  print_messages(common, options, taken.run, std::move(taken.summary), taken.before, taken.bad);
  return taken.bad == 0 ? exit_code::done : exit_code::does_not_hold;
}

} // namespace tidemark::tools
