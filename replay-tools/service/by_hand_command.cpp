#include "base/text/joined.hpp"
#include "connectors/shared/outbound.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"
#include "replay-tools/service/service_commands.hpp"

#include <fmt/format.h>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string plain(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
}

/// A field of CSV (RFC 4180). One that a spreadsheet would take for a formula is made a text: the
/// address is what anybody may have sent.
std::string csv_field(std::string text) {
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    text.insert(0, "'");
  if (text.find_first_of(",\"\r\n") == std::string::npos)
    return text;
  std::string out = "\"";
  for (const char c : text)
    out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

std::string channels_of(const Json& row) {
  return joined(row["channels"].get<std::vector<std::string>>(), " ");
}

/// As it was said; what no event names is known by its hash.
std::string address_of(const Json& row) {
  return plain(row["address"].is_null() ? row["address_hash"] : row["address"]);
}

void print_row(const CommonOptions& common, bool csv, const Json& row) {
  if (!csv)
    return print(common.format, row,
                 fmt::format("{:>8}  {:<24} {:<14} {:<18} since {}  {}", plain(row["position"]),
                             address_of(row), plain(row["connector"]), plain(row["state"]),
                             plain(row["since"]), channels_of(row)));
  std::vector<std::string> fields;
  for (const auto& field :
       {plain(row["position"]), address_of(row), plain(row["connector"]), plain(row["state"]),
        plain(row["since"]), channels_of(row), plain(row["contact"])})
    fields.push_back(csv_field(field));
  print_line(joined(fields, ","));
}

} // namespace

Result<int> opt_outs_by_hand(const CommonOptions& common, const std::string& connector, bool csv) {
  TRY(service, ServiceApi::open(common));
  if (!connector.empty()) {
    TRYV(service.check_connector(connector));
  }
  if (csv)
    print_line("position,address,connector,state,since,channels,contact");
  std::size_t count = 0;
  std::string after;
  do {
    auto target = "/api/v1/opt-outs/by-hand?limit=100"
                  + (after.empty() ? std::string() : "&after=" + connectors::url_encoded(after));
    if (!connector.empty())
      target += "&connector=" + connectors::url_encoded(connector);
    TRY(page, service.ask("GET", target));
    for (const auto& row : page["items"]) {
      print_row(common, csv, row);
      ++count;
    }
    after = plain(page["next"]);
  } while (!after.empty());
  if (!csv)
    print_summary(common.format, {{"opt_outs", count}},
                  fmt::format("{} opt-outs are left to people.", count));
  return exit_code::done;
}

Result<int> opt_outs_done(const CommonOptions& common, const DoneOptions& options) {
  TRY(service, ServiceApi::open(common));
  TRYV(service.check_connector(options.connector));
  Json body{
      {"address", options.address}, {"connector", options.connector}, {"reason", options.reason}};
  if (options.up_to != 0)
    body["up_to"] = options.up_to;
  TRY(answer, service.ask("POST", "/api/v1/opt-outs/by-hand/done", to_text(body)));
  print(common.format, answer,
        fmt::format("Recorded at event {}: the mark was set in {} by hand, for opt-outs up to "
                    "event {}.",
                    plain(answer["position"]), options.connector, plain(answer["up_to"])));
  return exit_code::done;
}

} // namespace tidemark::tools
