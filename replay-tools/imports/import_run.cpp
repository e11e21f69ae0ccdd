#include "replay-tools/imports/import_run.hpp"

#include "storage/files/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t batch_max = 500;               // the service's limit
constexpr std::size_t batch_bytes_max = 1024 * 1024; // it takes requests of 4 MiB
constexpr int tries_max = 30; // of a batch that the service does not take just now
constexpr std::chrono::seconds try_again_after{1};
constexpr std::chrono::seconds tell_every{1};

/// How many of the items one request has.
std::size_t batch_of(std::span<const ImportItem> items) {
  std::size_t bytes = 0, count = 0;
  while (count < std::min(batch_max, items.size())) {
    bytes += to_text(items[count].row).size();
    if (count > 0 && bytes > batch_bytes_max)
      break;
    ++count;
  }
  return count;
}

} // namespace

Result<std::string> list_bytes(const std::string& path) {
  auto bytes = storage::read_file(path);
  if (!bytes || !*bytes)
    return Error{"bad_usage", "the file cannot be opened or read to its end"};
  return **std::move(bytes);
}

Result<std::size_t> ImportRun::taken_before(const std::vector<ImportItem>& items) {
  TRY(known, service_.ask("GET", route_.target + "?" + route_.query));
  if (known["last_line"].is_null())
    return std::size_t{0};
  const auto last = known["last_line"].get<std::uint64_t>();
  const auto behind =
      std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.line > last; });
  const auto count = static_cast<std::size_t>(behind - items.begin());
  return count - std::min(count, batch_max);
}

Status ImportRun::begin_action() {
  auto request = route_.head;
  request["what"] = "import";
  request["list"] = route_.list;
  TRY(begun, service_.ask("POST", "/api/v1/actions", to_text(request)));
  action_ = begun["id"].get<std::string>();
  return Done{};
}

Status ImportRun::send(std::span<const ImportItem> items, std::vector<BadRow>& bad) {
  if (!items.empty() && !route_.head.value("dry_run", false)) {
    TRYV(begin_action());
  }
  const auto began = Clock::now();
  auto told = began;
  for (std::size_t sent = 0; sent < items.size() && output_is_open();) {
    const auto batch = items.subspan(sent, batch_of(items.subspan(sent)));
    sent += batch.size();
    TRYV(send_batch(batch, sent == items.size(), bad));
    std::this_thread::sleep_until(began
                                  + std::chrono::microseconds{sent * 1'000'000 / route_.rate});
    if (const auto now = Clock::now(); now - told >= tell_every) {
      told = now;
      std::fputs(fmt::format("{} of {} sent\n", sent, items.size()).c_str(), stderr);
    }
  }
  return Done{};
}

std::uint64_t ImportRun::count(const std::string& name) const {
  const auto found = counts_.find(name);
  return found == counts_.end() ? 0 : found->second;
}

Status ImportRun::send_batch(std::span<const ImportItem> batch, bool last,
                             std::vector<BadRow>& bad) {
  auto request = route_.head;
  if (!action_.empty()) {
    request["action"] = action_;
    request["last"] = last;
  }
  auto& rows = request["rows"] = Json::array();
  for (const auto& item : batch) {
    auto row = item.row;
    row["line"] = item.line;
    rows.push_back(std::move(row));
  }
  const auto body = to_text(request);
  for (int tries = 1;; ++tries) {
    auto answer = service_.ask("POST", route_.target, body);
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

void ImportRun::take(const Json& answer, std::vector<BadRow>& bad) {
  for (const auto& [name, value] : answer.items())
    if (value.is_number_unsigned())
      counts_[name] += value.get<std::uint64_t>();
  for (const auto& row : answer["rows"])
    if (row["result"] == "refused")
      bad.push_back({row["line"].get<std::uint64_t>(), row["text"].get<std::string>()});
}

void show_bad(Format format, std::vector<BadRow> bad) {
  std::stable_sort(bad.begin(), bad.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  for (const auto& row : bad)
    print(format, {{"line", row.line}, {"text", row.text}},
          fmt::format("line {}: {}", row.line, row.text));
}

} // namespace tidemark::tools
