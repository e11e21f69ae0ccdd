#include "replay-tools/imports/import_commands.hpp"

#include "base/crypto.hpp"
#include "replay-tools/contact_key.hpp"
#include "replay-tools/imports/opt_out_rows.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <span>
#include <thread>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t batch_max = 500; // the service's limit
constexpr int tries_max = 30;          // of a batch that the service does not take just now
constexpr std::chrono::seconds try_again_after{1};
constexpr std::chrono::seconds tell_every{1};

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return Error{"bad_usage", "the file cannot be opened for reading"};
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (in.bad())
    return Error{"bad_usage", "the file cannot be read to its end"};
  return bytes;
}

struct Counts {
  std::uint64_t taken = 0, repeated = 0;
};

/// One file on its way into the service.
class Import {
public:
  Import(ServiceApi& service, const ImportOptions& options, std::string file_hash)
      : service_(service), options_(options), file_hash_(std::move(file_hash)) {}

  /// How many of the items an earlier run has brought there for certain: batches are taken one
  /// after the other, so all that is older than the newest's own batch.
  Result<std::size_t> taken_before(const std::vector<ListedOptOut>& items) {
    TRY(known, service_.ask("GET", "/api/v1/opt-outs/import?file_hash=" + file_hash_
                                       + "&channel=" + options_.channel));
    if (known["last_line"].is_null())
      return std::size_t{0};
    const auto last = known["last_line"].get<std::uint64_t>();
    const auto behind = std::find_if(items.begin(), items.end(),
                                     [&](const auto& item) { return item.line > last; });
    const auto count = static_cast<std::size_t>(behind - items.begin());
    return count - std::min(count, batch_max);
  }

  /// Adds to `bad` what the service refuses.
  Status send(std::span<const ListedOptOut> items, std::vector<BadRow>& bad) {
    const auto began = Clock::now();
    auto told = began;
    for (std::size_t at = 0; at < items.size() && output_is_open(); at += batch_max) {
      const auto batch = items.subspan(at, std::min(batch_max, items.size() - at));
      TRYV(send_batch(batch, bad));
      const auto sent = at + batch.size();
      std::this_thread::sleep_until(began
                                    + std::chrono::microseconds{sent * 1'000'000 / options_.rate});
      if (const auto now = Clock::now(); now - told >= tell_every) {
        told = now;
        std::fputs(fmt::format("{} of {} sent\n", sent, items.size()).c_str(), stderr);
      }
    }
    return Done{};
  }
  const Counts& counts() const { return counts_; }

private:
  Status send_batch(std::span<const ListedOptOut> batch, std::vector<BadRow>& bad) {
    Json rows = Json::array();
    for (const auto& item : batch) {
      Json row{{"line", item.line},
               {item.kind == events::Field::phone ? "phone" : "email", item.address},
               {"channel", item.channel}};
      if (!item.at.empty())
        row["at"] = item.at;
      rows.push_back(std::move(row));
    }
    const auto body = to_text({{"file_hash", file_hash_},
                               {"channel", options_.channel},
                               {"reason", options_.reason},
                               {"rows", std::move(rows)}});
    for (int tries = 1;; ++tries) {
      auto answer = service_.ask("POST", "/api/v1/opt-outs/import", body);
      if (answer) {
        take(*answer, bad);
        return Done{};
      }
      const auto& code = answer.error().code;
      if (tries == tries_max || (code != "not_stored" && code != "busy" && code != "rate_limited"))
        return answer.error();
      std::this_thread::sleep_for(try_again_after);
    }
  }
  void take(const Json& answer, std::vector<BadRow>& bad) {
    counts_.taken += answer["taken"].get<std::uint64_t>();
    counts_.repeated += answer["repeated"].get<std::uint64_t>();
    for (const auto& row : answer["rows"])
      if (row["result"] == "refused")
        bad.push_back({row["line"].get<std::uint64_t>(), row["text"].get<std::string>()});
  }

  ServiceApi& service_;
  const ImportOptions& options_;
  std::string file_hash_;
  Counts counts_;
};

void show_bad(Format format, std::vector<BadRow> bad) {
  std::stable_sort(bad.begin(), bad.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  for (const auto& row : bad)
    print(format, {{"line", row.line}, {"text", row.text}},
          fmt::format("line {}: {}", row.line, row.text));
}

std::string summary_of(const ImportOptions& options, const Counts& counts, std::size_t before,
                       std::size_t left, std::size_t bad) {
  const auto repeated = counts.repeated + before;
  if (options.dry_run)
    return fmt::format("{} addresses would be sent, {} were taken before; {} faults in rows. Dry "
                       "run: nothing was sent.",
                       left, before, bad);
  return fmt::format("{} addresses taken, {} had been taken before; {} faults in rows.",
                     counts.taken, repeated, bad);
}

} // namespace

Result<int> import_opt_outs(const CommonOptions& common, const ImportOptions& options) {
  if (!options.dry_run && options.reason.empty())
    return Error{"bad_usage",
                 "say with --reason what list it is; it is kept. --dry-run needs none"};
  TRY(bytes, read_file(options.file));
  TRY(service, ServiceApi::open(common));
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  TRY(listed, read_opt_outs(bytes, {default_region_of(service.reader().log(), service.tenant()),
                                    options.channel, now}));
  Import import(service, options, sha256_hex(bytes));
  TRY(before, import.taken_before(listed.items));
  const auto left = std::span<const ListedOptOut>(listed.items).subspan(before);
  if (!options.dry_run) {
    TRYV(import.send(left, listed.bad));
  }
  const auto& counts = import.counts();
  const auto bad = listed.bad.size();
  show_bad(common.format, std::move(listed.bad));
  print_summary(common.format,
                {{"file_hash", sha256_hex(bytes)},
                 {"addresses", listed.items.size()},
                 {"taken", counts.taken},
                 {"taken_before", counts.repeated + before},
                 {"faults", bad},
                 {"dry_run", options.dry_run}},
                summary_of(options, counts, before, left.size(), bad));
  return bad == 0 ? exit_code::done : exit_code::does_not_hold;
}

} // namespace tidemark::tools
